#include "serve/delivery.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "serve/clock.hpp"
#include "serve/lines.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

namespace delivery_test {
namespace {

struct Site {
  Directory directory;
  auth::Accounts accounts;
  smtp::Routes routes;
  std::string postmaster = "bob";
  serve::DeliveryConfig config;
  Site() {
    for (const char digit : std::string_view("0123456789abcdef")) {
      std::filesystem::create_directories(directory.path() + "/queue/" + digit);
    }
    std::filesystem::create_directory(directory.path() + "/bob");
    const auto id = std::to_string(getuid()) + ":" + std::to_string(getgid());
    accounts =
        auth::Accounts::parse("example.test\n", "bob:*:" + id + "::" + directory.path() + "/bob::\n", "users")
            .value();
    config.hostname = "mx.test";
    config.spool = directory.path();
    config.local.hostname = "mx.test";
  }
  void queue(const std::vector<std::string>& recipients, const std::string& sender = "bob@example.test") {
    auto writer =
        spool::Writer::create(directory.path(), serve::now_microseconds(), sender, recipients).value();
    ASSERT_TRUE(writer.write("Subject: x\n\nbody\n"));
    ASSERT_TRUE(writer.commit());
  }
  /// Every message's turn, once.
  void run() {
    const spool::Queue all(directory.path());
    const serve::AccountPolicy policy(accounts, postmaster, routes);
    serve::RemoteHosts hosts("mx.test", 1000);
    serve::LocalDelivery local(config.local);
    for (const auto& entry : all.scan().value())
      EXPECT_TRUE(serve::take_turn(config, policy, all, entry, {local, hosts}));
  }
  std::size_t queued() const { return spool::Queue(directory.path()).scan().value().size(); }
  std::size_t delivered() const {
    const auto path = directory.path() + "/bob/Maildir/new";
    return std::filesystem::exists(path)
               ? static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}))
               : 0;
  }
};

/// All that bob got.
std::string mail_of(const Site& site) {
  std::string out;
  for (const auto& entry : std::filesystem::directory_iterator(site.directory.path() + "/bob/Maildir/new"))
    out += *fs::read_all(entry.path(), 100'000);
  return out;
}

TEST(Delivery, ReportsAreSentAsTheSenderAsked) {
  const struct {
    const char* address;
    const char* parameters;
    const char* wanted;  // the action in the report; empty: none
  } rows[] = {
      {"bob@example.test", "", ""},
      {"bob@example.test", "NOTIFY=SUCCESS ORCPT=rfc822;robert+2Bx@example.test", "delivered"},
      {"bob@example.test", "NOTIFY=FAILURE", ""},
      {"nobody@example.test", "", "failed"},
      {"nobody@example.test", "NOTIFY=NEVER", ""},
      {"nobody@example.test", "NOTIFY=SUCCESS,DELAY", ""},
  };
  for (const auto& row : rows) {
    Site site;
    spool::Envelope envelope;
    envelope.sender = "bob@example.test";
    envelope.parameters = "RET=FULL ENVID=QQ+2B1";
    envelope.recipients = {{row.address, spool::Status::todo, row.parameters}};
    auto writer = spool::Writer::create(site.directory.path(), serve::now_microseconds(), envelope).value();
    ASSERT_TRUE(writer.write("Subject: x\n\nthe body\n"));
    ASSERT_TRUE(writer.commit());
    site.run();
    site.run();
    EXPECT_EQ(site.queued(), 0u);
    const auto mail = site.delivered() == 0 ? "" : mail_of(site);
    const auto at = mail.find("\nAction: ");
    EXPECT_EQ(at == std::string::npos ? "" : mail.substr(at + 9, mail.find('\n', at + 9) - at - 9),
              row.wanted)
        << row.address << row.parameters;
    if (std::string_view(row.wanted) != "delivered") continue;
    EXPECT_NE(mail.find("Original-Envelope-Id: QQ+1\n"), std::string::npos) << mail;
    EXPECT_NE(mail.find("Original-Recipient: rfc822;robert+x@example.test\n"), std::string::npos);
    // Returned whole is only what failed (RFC 3461 section 6.2).
    EXPECT_NE(mail.find("Content-Type: text/rfc822-headers\n"), std::string::npos);
  }
}

/// A message that came so many seconds ago, for somebody whose host does not answer; the delay notices.
std::size_t notices_of_delay(Site& site, std::uint64_t age, const std::string& parameters,
                             const std::string& wish, int turns = 1) {
  site.routes = smtp::Routes::parse("far.test 127.0.0.1:1\n", "r").value();
  spool::Envelope envelope;
  envelope.sender = "bob@example.test";
  envelope.parameters = parameters;
  envelope.recipients = {{"x@far.test", spool::Status::todo, wish}, {"y@far.test"}};
  auto writer =
      spool::Writer::create(site.directory.path(), serve::now_microseconds() - age * 1'000'000, envelope)
          .value();
  EXPECT_TRUE(writer.write("Subject: x\n\nbody\n") && writer.commit());
  for (int turn = 0; turn < turns; ++turn) site.run();
  // The reports, too.
  site.run();
  std::size_t out = 0;
  const auto mail = site.delivered() == 0 ? "" : mail_of(site);
  for (auto at = mail.find("Action: delayed"); at != std::string::npos;
       at = mail.find("Action: delayed", at + 1))
    ++out;
  return out;
}

TEST(Delivery, OfADelayTheSenderHearsOnce) {
  const struct {
    std::uint64_t age;
    const char* parameters;
    const char* wish;
    std::size_t wanted;  // recipients in notices
  } rows[] = {
      {14'000, "", "", 0},
      {14'500, "", "", 2},
      {14'500, "", "NOTIFY=FAILURE", 1},
      {14'500, "", "NOTIFY=DELAY", 2},
      {600, "BY=120;N", "", 2},
      {60, "BY=120;N", "", 0},
  };
  for (const auto& row : rows) {
    Site site;
    EXPECT_EQ(notices_of_delay(site, row.age, row.parameters, row.wish, 3), row.wanted)
        << row.age << row.wish;
    EXPECT_EQ(site.queued(), 1u);
  }
}

TEST(Delivery, WhoHasBeenToldOfADelayIsToldOfTheEnd) {
  Site site;
  EXPECT_EQ(notices_of_delay(site, 20'000, "", ""), 2u);
  site.config.lifetime = 1000;
  site.run();
  site.run();
  EXPECT_EQ(site.queued(), 0u);
  const auto mail = mail_of(site);
  EXPECT_NE(mail.find("Action: failed\nStatus: 5.4.7\n"), std::string::npos) << mail;
  EXPECT_EQ(site.delivered(), 2u);
}

TEST(Delivery, TheTurnsFallWhereThereIsSomethingToSay) {
  const struct {
    std::uint64_t age;
    const char* parameters;
    std::uint64_t wanted;  // seconds after it came
  } rows[] = {
      {14'000, "", 14'400},  {431'000, "", 432'000}, {10, "BY=100;N", 100},
      {10, "BY=100;R", 100}, {10, "", 1810},
  };
  for (const auto& row : rows) {
    Site site;
    const auto came = serve::now_seconds() - row.age;
    (void)notices_of_delay(site, row.age, row.parameters, "NOTIFY=NEVER", 1);
    const auto due = spool::Queue(site.directory.path()).scan().value().at(0).due;
    EXPECT_NEAR(static_cast<double>(due), static_cast<double>(came + row.wanted), 5)
        << row.age << row.parameters;
  }
}

TEST(Delivery, WhoWantsItInTimeOrNotAtAllGetsItBack) {
  Site site;
  (void)notices_of_delay(site, 200, "BY=100;R", "");
  EXPECT_EQ(site.queued(), 0u);
  EXPECT_NE(mail_of(site).find("Status: 5.4.7\n"), std::string::npos);
}

/// A turn that ended between the delivery and the report.
TEST(Delivery, AReportThatIsOwedIsSentWithoutAnotherDelivery) {
  for (const bool rest : {false, true}) {
    Site site;
    site.routes = smtp::Routes::parse("far.test 127.0.0.1:1\n", "r").value();
    spool::Envelope envelope;
    envelope.sender = "bob@example.test";
    envelope.recipients = {{"bob@example.test", spool::Status::done, "NOTIFY=SUCCESS"}};
    envelope.recipients[0].owed = true;
    if (rest) envelope.recipients.push_back({"x@far.test"});
    auto writer = spool::Writer::create(site.directory.path(), serve::now_microseconds(), envelope).value();
    ASSERT_TRUE(writer.write("Subject: x\n\nbody\n") && writer.commit());
    for (int turn = 0; turn < 3; ++turn) site.run();
    EXPECT_EQ(site.queued(), rest ? 1u : 0u);
    EXPECT_EQ(site.delivered(), 1u);
    EXPECT_NE(mail_of(site).find("Action: delivered\n"), std::string::npos);
  }
}

TEST(Delivery, LocalMailArrivesAndTheFileGoes) {
  Site site;
  site.queue({"bob@example.test", "bob+x@example.test"});
  site.run();
  EXPECT_EQ(site.delivered(), 2u);
  EXPECT_EQ(site.queued(), 0u);
}

TEST(Delivery, NoRouteAndNoUserComeBackInOneReport) {
  Site site;
  site.queue({"nobody@example.test", "x@far.test"});
  site.run();
  EXPECT_EQ(site.queued(), 1u);
  site.run();
  EXPECT_EQ(site.queued(), 0u);
  EXPECT_EQ(site.delivered(), 1u);
}

TEST(Delivery, NothingIsDroppedWhereNobodyIsLeftToTell) {
  Site site;
  site.postmaster = "nobody";
  site.queue({"postmaster", "carol@example.test"}, "");
  site.run();
  // The report on carol is for postmaster too.
  EXPECT_EQ(site.queued(), 2u);
  site.run();
  EXPECT_EQ(site.queued(), 2u);
  for (const auto& entry : spool::Queue(site.directory.path()).scan().value())
    EXPECT_GT(entry.due, serve::now_seconds() + 100);
}

TEST(Delivery, AnUnreachableHostDefersAndKeepsTheRest) {
  Site site;
  site.routes = smtp::Routes::parse("far.test 127.0.0.1:1\n", "r").value();
  site.queue({"bob@example.test", "x@far.test"});
  site.run();
  EXPECT_EQ(site.delivered(), 1u);
  EXPECT_EQ(site.queued(), 1u);
  EXPECT_GT(spool::Queue(site.directory.path()).scan().value().at(0).due, serve::now_seconds() + 1000);
}

TEST(Delivery, WhatIsStillBeingWrittenIsLeftAlone) {
  Site site;
  auto writer = spool::Writer::create(site.directory.path(), serve::now_microseconds() - 7'200'000'000, "",
                                      {"bob@example.test"})
                    .value();
  site.run();
  EXPECT_EQ(site.queued(), 1u);
  ASSERT_TRUE(writer.write("Subject: x\n\n"));
  ASSERT_TRUE(writer.commit());
  site.run();
  EXPECT_EQ(site.delivered(), 1u);
}

TEST(Delivery, WhatIsWholeButNotYetSafeIsLeftAlone) {
  Site site;
  site.queue({"bob@example.test"});
  const spool::Queue queue(site.directory.path());
  {
    // As its writer holds it until the disk has it.
    const auto writer = fs::open(queue.path(queue.scan().value().at(0)), O_RDWR).value();
    ASSERT_EQ(flock(writer.get(), LOCK_EX), 0);
    site.run();
    EXPECT_EQ(site.queued(), 1u);
    EXPECT_EQ(site.delivered(), 0u);
  }
  site.run();
  EXPECT_EQ(site.delivered(), 1u);
}

TEST(Delivery, AReportThatCannotBeStoredIsTriedAgainAndWhoGotTheMailIsMarked) {
  Site site;
  site.queue({"bob@example.test", "nobody@example.test"});
  site.config.spool = "/nonexistent";  // where the report would go
  site.run();
  EXPECT_EQ(site.delivered(), 1u);
  const spool::Queue queue(site.directory.path());
  const auto left = queue.scan().value();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_GT(left[0].due, serve::now_seconds() + 200);
  const auto message = queue.open(left[0]).value();
  EXPECT_EQ(message.envelope.recipients[0].status, spool::Status::done);
  EXPECT_EQ(message.envelope.recipients[1].status, spool::Status::todo);
}

TEST(Delivery, WhatADeadWriterLeftGoesAfterAnHour) {
  Site site;
  const pid_t pid = fork();
  if (pid == 0) {
    auto writer = spool::Writer::create(site.directory.path(), serve::now_microseconds() - 7'200'000'000, "",
                                        {"bob@example.test"});
    (void)writer->write(std::string(200'000, 'x'));
    _exit(0);
  }
  ASSERT_EQ(waitpid(pid, nullptr, 0), pid);
  EXPECT_EQ(site.queued(), 1u);
  site.run();
  EXPECT_EQ(site.queued(), 0u);
  EXPECT_EQ(site.delivered(), 0u);
}

TEST(Delivery, WhatItsSenderGaveATimeIsReturnedThenAndNotDelivered) {
  const struct {
    const char* parameters;
    std::size_t wanted;  // notices; one more message in the mailbox is the message itself
  } rows[] = {{"BY=100;R", 1}, {"BY=300;R", 0}, {"BY=100;N", 0}, {"", 0}};
  for (const auto& row : rows) {
    Site site;
    spool::Envelope envelope;
    envelope.sender = "bob@example.test";
    envelope.parameters = row.parameters;
    envelope.recipients = {{"bob@example.test"}};
    auto writer =
        spool::Writer::create(site.directory.path(), serve::now_microseconds() - 200'000'000, envelope)
            .value();
    ASSERT_TRUE(writer.write("Subject: late\n\nbody\n"));
    ASSERT_TRUE(writer.commit());
    site.run();
    site.run();
    const auto mail = mail_of(site);
    EXPECT_EQ(mail.find("Status: 5.4.7") != std::string::npos, row.wanted == 1) << row.parameters << mail;
    EXPECT_EQ(site.delivered(), 1u) << row.parameters;
    EXPECT_EQ(mail.starts_with("Return-Path: <bob@example.test>"), row.wanted == 0) << row.parameters << mail;
  }
}

TEST(Delivery, TimeThatItWasHeldIsNoDelay) {
  const auto until = [](std::uint64_t ago) {
    return "HOLDUNTIL=" + smtp::format_date_time(serve::now_seconds() - ago);
  };
  Site site;
  EXPECT_EQ(notices_of_delay(site, 200'000, until(100), ""), 0u);
  EXPECT_EQ(site.queued(), 1u);
  Site late;
  EXPECT_EQ(notices_of_delay(late, 200'000, until(20'000), ""), 2u);
}

TEST(Delivery, MessagesToOneUserGoTogetherUpToOneThatCannot) {
  Site site;
  for (int i = 0; i < 3; ++i) site.queue({"bob@example.test"});
  site.queue({"bob@example.test", "nobody@example.test"});
  site.queue({"bob@example.test"});
  const spool::Queue all(site.directory.path());
  const serve::AccountPolicy policy(site.accounts, site.postmaster, site.routes);
  serve::RemoteHosts hosts("mx.test", 1000);
  serve::LocalDelivery local(site.config.local);
  auto entries = all.scan().value();
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto go_on = [] { return false; };
  const auto done = serve::take_turns(site.config, policy, all, entries, {local, hosts}, go_on);
  ASSERT_EQ(done.size(), 4u);
  for (const auto& one : done) EXPECT_TRUE(one);
  EXPECT_EQ(site.delivered(), 4u);
  // The last one, and the report that nobody@ is nobody.
  EXPECT_EQ(site.queued(), 2u);
  const auto over = [] { return true; };
  entries = all.scan().value();
  EXPECT_EQ(serve::take_turns(site.config, policy, all, entries, {local, hosts}, over).size(), 1u);
  EXPECT_EQ(site.queued(), 1u);
}

TEST(Delivery, WhoHasNoTurnInALineIsNotServedBeforeIt) {
  Site site;
  site.queue({"bob@example.test"});
  const spool::Queue all(site.directory.path());
  const serve::AccountPolicy policy(site.accounts, site.postmaster, site.routes);
  serve::RemoteHosts hosts("mx.test", 1000);
  serve::LocalDelivery local(site.config.local);
  const auto go_on = [] { return false; };
  // As of an alias that leads to him no longer.
  const serve::Lane lane = {serve::errand_line("@alice"), true};
  (void)serve::take_turns(site.config, policy, all, all.scan().value(), {local, hosts, nullptr, &lane},
                          go_on);
  EXPECT_EQ(site.delivered(), 0u);
  site.run();
  EXPECT_EQ(site.delivered(), 1u);
}

}  // namespace
}  // namespace delivery_test
