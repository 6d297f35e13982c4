#include "serve/direct_delivery.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "fs/stream.hpp"
#include "talk.hpp"

namespace direct_delivery_test {
namespace {

using serve::Attempt;
using serve::Outcome;

base::Result<spool::Message> take(std::string_view text, const std::optional<std::string>& sender,
                                  const std::vector<std::string>& recipients) {
  const auto file = fs::temporary_file();
  EXPECT_TRUE(file && fs::write_all(file->get(), text) && lseek(file->get(), 0, SEEK_SET) == 0);
  return serve::take_message(file->get(), "mx.test", sender, recipients);
}

TEST(DirectDelivery, TakesAMessageWithItsEnvelope) {
  const auto message = take("Subject: x\r\nfrom: A <a@B.test>\r\nbcc: c@d.test\r\n\r\nbare\rhi\r\n", {},
                            {"E <e@F.test>, g@h.test", "i"});
  ASSERT_TRUE(message) << message.error().what;
  EXPECT_EQ(message->envelope.sender, "a@b.test");
  ASSERT_EQ(message->envelope.recipients.size(), 3U);
  EXPECT_EQ(message->envelope.recipients[0].address, "e@f.test");
  EXPECT_EQ(message->envelope.recipients[2].address, "i");
  const auto text = *spool::Queue::read(*message, 0, 10'000);
  EXPECT_EQ(text.size(), message->envelope.length);
  EXPECT_TRUE(text.starts_with("Subject: x\nfrom: A <a@B.test>\nDate: ")) << text;
  EXPECT_TRUE(text.ends_with("@mx.test>\n\nbare hi\n")) << text;
  EXPECT_TRUE(take("From: a@b.test\n\n", "", {"c@d.test"})->envelope.sender.empty());
  for (const auto& [head, sender, code] :
       {std::tuple{"Subject: x\n\n", std::optional<std::string>(), base::Exit::usage},
        std::tuple{"Subject: x\n\n", std::optional<std::string>("x"), base::Exit::data},
        std::tuple{"From: x\n\n", std::optional<std::string>(), base::Exit::data}}) {
    const auto refused = take(head, sender, {"c@d.test"});
    ASSERT_FALSE(refused) << head;
    EXPECT_EQ(refused.error().code, code) << head;
  }
}

/// Remembers who was asked for, and refuses the last of them.
class Peer : public serve::Remote {
 public:
  base::Result<std::vector<Attempt>> deliver(const serve::Destination& host, const spool::Message&,
                                             const std::vector<spool::Recipient>& recipients) override {
    asked += host.name + ":";
    for (const auto& one : recipients) asked += " " + one.address;
    asked += "\n";
    if (host.name == "broken:25") return base::fail(base::Exit::os, "no process");
    std::vector<Attempt> out(recipients.size(), {Outcome::delivered, "2.0.0", "ok", host.name});
    out.back() = {Outcome::failed, "5.0.0", "no", host.name};
    return out;
  }
  std::string asked;
};

TEST(DirectDelivery, GoesWhereTheRoutesSay) {
  const auto routes = smtp::Routes::parse("a.test one\nb.test two\nc.test broken\n", "routes");
  const serve::AccountPolicy policy({}, "postmaster", *routes);
  spool::Message message;
  for (const char* address : {"1@a.test", "2@b.test", "3@a.test", "4@c.test", "5@d.test"})
    message.envelope.recipients.push_back({address});
  Peer peer;
  const auto attempts = serve::deliver_directly({}, policy, {}, message, peer);
  EXPECT_EQ(peer.asked, "broken:25: 4@c.test\none:25: 1@a.test 3@a.test\ntwo:25: 2@b.test\n");
  std::string outcomes;
  for (const auto& one : attempts) outcomes += one.status + " ";
  EXPECT_EQ(outcomes, "2.0.0 5.0.0 5.0.0 4.3.0 5.4.4 ");
  peer.asked.clear();
  message.envelope.recipients.push_back({"nobody"});
  EXPECT_EQ(
      serve::deliver_directly({}, policy, smtp::parse_route("x:2525").value(), message, peer).back().status,
      "5.1.3");
  EXPECT_EQ(peer.asked, "x:2525: 1@a.test 2@b.test 3@a.test 4@c.test 5@d.test\n");
}

TEST(DirectDelivery, SaysWhatBecameOfIt) {
  const Attempt good = {Outcome::delivered, "2.0.0", "ok", "h"};
  const Attempt later = {Outcome::deferred, "4.4.1", "line\none", "h:25"};
  const struct {
    const char* status;
    base::Exit exit;
  } rows[] = {{"5.1.1", base::Exit::no_user},     {"5.1.2", base::Exit::no_host},
              {"5.1.3", base::Exit::data},        {"5.4.4", base::Exit::no_host},
              {"5.3.4", base::Exit::data},        {"5.6.1", base::Exit::data},
              {"5.2.1", base::Exit::no_user},     {"5.7.1", base::Exit::not_permitted},
              {"5.0.0", base::Exit::unavailable}, {"", base::Exit::unavailable}};
  for (const auto& row : rows) {
    const Attempt bad = {Outcome::failed, row.status, "no", {}};
    EXPECT_EQ(serve::exit_of({good, bad, good}), row.exit) << row.status;
    EXPECT_EQ(serve::exit_of({bad, later, good}), base::Exit::temporary) << row.status;
  }
  EXPECT_EQ(serve::exit_of({good, good}), base::Exit::ok);
  EXPECT_EQ(serve::describe("a@b.test", later), R"(a@b.test: deferred 4.4.1 by h:25: line\none)");
}

TEST(DirectDelivery, OneMailboxHasOneCopy) {
  const Directory directory;
  std::filesystem::create_directory(directory.path() + "/bob");
  const auto users = "bob:*:" + std::to_string(getuid()) + ":" + std::to_string(getgid()) +
                     "::" + directory.path() + "/bob::\n";
  serve::AddressRules rules;
  rules.aliases = smtp::Aliases::parse("info: bob\n", "aliases", {}).value();
  const serve::AccountPolicy policy(auth::Accounts::parse("example.test\n", users, "users").value(), "bob",
                                    {}, rules);
  serve::DeliveryConfig config;
  config.local.hostname = "mx.test";
  const auto message =
      take("From: a@b.test\n\n", {}, {"bob@example.test", "info@example.test", "bob+x@example.test"});
  Peer peer;
  const auto attempts = serve::deliver_directly(config, policy, {}, *message, peer);
  for (const auto& one : attempts) EXPECT_EQ(one.status, "2.0.0") << one.reason;
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path() + "/bob/Maildir/new"), {}), 2);
}

}  // namespace
}  // namespace direct_delivery_test
