#include "serve/spool_search.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "spool_site.hpp"

namespace spool_search_test {
namespace {

constexpr std::uint64_t now = 1'700'000'000;

struct Found {
  std::set<std::string> ids;
  serve::SpoolSearch::Outcome outcome;
};

Found find(const serve::SpoolSearch& search) {
  Found out;
  out.outcome = search
                    .each([&](const serve::SpoolRow& row) {
                      out.ids.insert(row.entry.id);
                      return base::Result<void>();
                    })
                    .value();
  return out;
}

TEST(SpoolSearch, ByNameAndByEnvelope) {
  const SpoolSite site;
  const auto one = site.put(now, "alice@x.test", {"bob@far.test"});
  const auto two = site.put(now, "carol@x.test", {"bob@near.test", "eve@far.test"});
  EXPECT_EQ(find({site.path(), {}, now, {}}).ids, (std::set<std::string>{one.id, two.id}));
  spool::Selection selection;
  selection.recipients = {"*@far.test"};
  selection.senders = {"carol@*"};
  EXPECT_EQ(find({site.path(), selection, now, {}}).ids, std::set<std::string>{two.id});
  selection = {};
  selection.ids = {one.id, "0000000000000"};
  const auto found = find({site.path(), selection, now, {}});
  EXPECT_EQ(found.ids, std::set<std::string>{one.id});
  EXPECT_EQ(found.outcome.unknown, std::vector<std::string>{"0000000000000"});
  EXPECT_EQ(serve::report_search(found.outcome), 66);
}

TEST(SpoolSearch, WhatCannotBeReadIsToldAndFitsNoFilterThatMustRead) {
  const SpoolSite site;
  const auto one = site.put(now, "alice@x.test", {"bob@far.test"});
  std::ofstream(site.queue().path(one)) << "rubbish";
  EXPECT_EQ(find({site.path(), {}, now, {}}).outcome.unread, 0u);
  const auto shown = find({site.path(), {}, now, {}, true});
  EXPECT_EQ(shown.ids.size(), 1u);
  EXPECT_EQ(shown.outcome.unread, 1u);
  EXPECT_EQ(serve::report_search(shown.outcome), 65);
  spool::Selection selection;
  selection.senders = {"*"};
  const auto filtered = find({site.path(), selection, now, {}});
  EXPECT_TRUE(filtered.ids.empty());
  EXPECT_EQ(filtered.outcome.unread, 1u);
}

TEST(SpoolSearch, AFolderThatIsMissing) {
  const SpoolSite site;
  std::filesystem::remove(site.path() + "/queue/7");
  const auto found = find({site.path(), {}, now, {}});
  ASSERT_TRUE(found.outcome.trouble);
  EXPECT_EQ(serve::report_search(found.outcome), 66);
}

TEST(SpoolSearch, TheVisitorsErrorIsTheOneReturned) {
  const SpoolSite site;
  site.put(now, "", {"bob@far.test"});
  const auto stopped = serve::SpoolSearch{site.path(), {}, now, {}}.each(
      [](const serve::SpoolRow&) -> base::Result<void> { return base::fail(base::Exit::io, "pipe"); });
  EXPECT_EQ(stopped.error().what, "pipe");
}

TEST(SpoolSearch, OneById) {
  const SpoolSite site;
  const auto one = site.put(now, "", {"bob@far.test"});
  EXPECT_EQ(serve::find_message(site.path(), one.id).value(), one);
  EXPECT_FALSE(serve::find_message(site.path(), "0000000000000").value());
  EXPECT_FALSE(serve::find_message(site.path(), "../../../etc/passwd").value());
}

}  // namespace
}  // namespace spool_search_test
