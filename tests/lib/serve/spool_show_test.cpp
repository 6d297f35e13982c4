#include "serve/spool_show.hpp"

#include <gtest/gtest.h>

#include "spool_site.hpp"

namespace spool_show_test {
namespace {

std::string show(const SpoolSite& site, const std::string& id, serve::Shown what, bool terminal = false,
                 int status = 0) {
  serve::SpoolOrder order{"show", site.path(), {}};
  order.selection.ids = {id};
  return written([&] { EXPECT_EQ(serve::show_message(order, what, terminal).value(), status); });
}

TEST(SpoolShow, PartsOfAMessage) {
  const SpoolSite site;
  const auto one = site.put(1'700'000'000, "alice@x.test", {"bob@a.test"}, "A: b\nC: d\n\nbody\n\nmore");
  EXPECT_EQ(show(site, one.id, serve::Shown::header), "A: b\nC: d\n");
  EXPECT_EQ(show(site, one.id, serve::Shown::message), "A: b\nC: d\n\nbody\n\nmore");
  const auto all = show(site, one.id, serve::Shown::all);
  EXPECT_TRUE(
      all.starts_with("id: " + one.id +
                      "\nstate: ready, due since 2023-11-14T22:13:20Z\n"
                      "arrived: 2023-11-14T22:13:20Z\nfrom: <alice@x.test>\nto: todo <bob@a.test>\n"));
  EXPECT_TRUE(all.ends_with("\n\nA: b\nC: d\n\nbody\n\nmore"));
  EXPECT_TRUE(show(site, one.id, serve::Shown::json).starts_with("{\"id\":"));
}

TEST(SpoolShow, AHeaderOfEverySize) {
  const SpoolSite site;
  for (const std::size_t size : {0U, 1U, 65'533U, 65'534U, 65'535U, 65'536U, 200'000U}) {
    const auto header = std::string(size, 'x') + "\n";
    const auto one = site.put(1'700'000'000, "", {"bob@a.test"}, header + "\nbody\n");
    EXPECT_EQ(show(site, one.id, serve::Shown::header), size == 0 ? "" : header) << size;
  }
  const auto bare = site.put(1'700'000'000, "", {"bob@a.test"}, "A: b\n");
  EXPECT_EQ(show(site, bare.id, serve::Shown::header), "A: b\n");
}

TEST(SpoolShow, ATerminalIsNotSteered) {
  const SpoolSite site;
  // A character that lies across the end of a piece stays one.
  const auto text = std::string(65'535, 'x') + "\xC3\xA9\n\x1b[2J\n";
  const auto one = site.put(1'700'000'000, "", {"bob@a.test"}, text);
  EXPECT_EQ(show(site, one.id, serve::Shown::message, true),
            std::string(65'535, 'x') + "\xC3\xA9\n\\x1b[2J\n");
  EXPECT_EQ(show(site, one.id, serve::Shown::message), text);
}

TEST(SpoolShow, WhatIsNotThere) {
  const SpoolSite site;
  serve::SpoolOrder order{"show", site.path(), {}};
  order.selection.ids = {"0000000000000"};
  EXPECT_EQ(serve::show_message(order, serve::Shown::all, false).error().code, base::Exit::no_input);
}

TEST(SpoolShow, WhatIsCutOff) {
  const SpoolSite site;
  const auto one = site.put(1'700'000'000, "", {"bob@a.test"}, "A: b\n\nbody\n");
  const auto path = site.queue().path(one);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 42);
  const auto shown = show(site, one.id, serve::Shown::message, false, 65);
  EXPECT_EQ(shown, "A: b\n\nb");
}

}  // namespace
}  // namespace spool_show_test
