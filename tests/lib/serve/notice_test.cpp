#include "serve/notice.hpp"

#include <gtest/gtest.h>

#include "serve/clock.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

namespace notice_test {
namespace {

struct Site {
  Directory directory;
  spool::Queue all{directory.path()};
  Site() {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(directory.path() + "/queue/" + digit);
  }
  spool::Message message(const std::string& sender, const std::string& parameters, const std::string& wish,
                         const std::string& text = "Subject: x\n\nthe body\n") {
    spool::Envelope envelope;
    envelope.sender = sender;
    envelope.parameters = parameters;
    envelope.recipients = {{"b@b.test", spool::Status::todo, wish}};
    auto writer = spool::Writer::create(directory.path(), 1'000'000, envelope).value();
    EXPECT_TRUE(writer.write(text) && writer.commit());
    return all.open(all.scan().value().at(0)).value();
  }
  serve::NoticeConfig config() const { return {"mx.test", directory.path(), 2'000'000'000}; }
  /// The report; the message came long before it.
  spool::Message report() const { return all.open(all.scan().value().at(1)).value(); }
};

const serve::Attempt refused = {serve::Outcome::failed, "5.1.1", "550 no", "mx.b.test:25"};
const serve::Attempt waits = {serve::Outcome::deferred, "4.4.1", "no answer", "mx.b.test:25"};
const serve::Attempt taken = {serve::Outcome::delivered, "2.0.0", "250 ok", "mx.b.test:25"};

TEST(Notice, TellsWhatTheSenderWantsToHear) {
  const struct {
    const char* wish;
    bool failure, success, delay;
  } rows[] = {
      {"", true, false, true},
      {"NOTIFY=NEVER", false, false, false},
      {"NOTIFY=SUCCESS", false, true, false},
      {"NOTIFY=FAILURE", true, false, false},
      {"NOTIFY=DELAY", false, false, true},
      {"NOTIFY=SUCCESS,FAILURE,DELAY", true, true, true},
      {"of no known form", true, false, true},
  };
  for (const auto& row : rows) {
    Site site;
    const auto message = site.message("a@a.test", "", row.wish);
    serve::Notice notice(site.config(), message);
    EXPECT_EQ(notice.failed(0, refused), row.failure) << row.wish;
    EXPECT_EQ(notice.succeeded(0, taken, mime::Action::relayed), row.success) << row.wish;
    EXPECT_EQ(notice.delayed(0, waits).value(), row.delay) << row.wish;
    auto passed = taken;
    passed.notify_passed_on = true;
    EXPECT_FALSE(notice.succeeded(0, passed, mime::Action::relayed)) << row.wish;
    EXPECT_EQ(notice.empty(), !(row.failure || row.success || row.delay));
  }
}

TEST(Notice, WhoGaveItATimeHearsOfAHostThatDoesNotKeepIt) {
  using mime::Action;
  const struct {
    const char* parameters;
    const char* wish;
    Action action;
    bool passed_on, told;
  } rows[] = {
      {"BY=100;N", "", Action::relayed, false, true},
      {"BY=100;N", "", Action::relayed, true, false},
      {"BY=100;NT", "", Action::relayed, true, true},
      {"BY=100;RT", "NOTIFY=FAILURE", Action::relayed, true, true},
      {"BY=100;NT", "NOTIFY=NEVER", Action::relayed, false, false},
      {"BY=100;NT", "", Action::delivered, false, false},
      {"BY=100;NT", "", Action::expanded, false, false},
      {"", "", Action::relayed, false, false},
  };
  for (const auto& row : rows) {
    Site site;
    const auto message = site.message("a@a.test", row.parameters, row.wish);
    serve::Notice notice(site.config(), message);
    auto attempt = taken;
    attempt.notify_passed_on = true;
    attempt.time_passed_on = row.passed_on;
    EXPECT_EQ(notice.succeeded(0, attempt, row.action), row.told) << row.parameters << row.wish;
  }
  Site site;
  const auto message = site.message("", "BY=100;NT", "");
  EXPECT_FALSE(serve::Notice(site.config(), message).succeeded(0, taken, Action::relayed));
}

TEST(Notice, NobodyIsToldTwiceRemovedFromTheSender) {
  Site site;
  const auto message = site.message("", "", "NOTIFY=SUCCESS,FAILURE,DELAY");
  serve::Notice notice(site.config(), message);
  EXPECT_FALSE(notice.succeeded(0, taken, mime::Action::relayed));
  EXPECT_FALSE(notice.delayed(0, waits).value());
  EXPECT_TRUE(notice.failed(0, refused));
  ASSERT_TRUE(notice.send());
  const auto report = site.report();
  EXPECT_EQ(report.envelope.sender, "");
  EXPECT_EQ(report.envelope.recipients.at(0).address, "postmaster");
  EXPECT_EQ(report.envelope.recipients.at(0).parameters, "NOTIFY=NEVER");
  serve::Notice second(site.config(), report);
  EXPECT_FALSE(second.failed(0, refused));
}

TEST(Notice, WhatNoPersonSentIsNotToldOfDelayUnasked) {
  for (const char* field :
       {"Auto-Submitted: auto-replied", "Precedence: Bulk", "List-Id: <x.test>", "Precedence: list"}) {
    Site site;
    const auto message = site.message("a@a.test", "", "", std::string(field) + "\n\nx\n");
    serve::Notice notice(site.config(), message);
    EXPECT_FALSE(notice.delayed(0, waits).value()) << field;
    Site other;
    const auto asking = other.message("a@a.test", "", "NOTIFY=DELAY", std::string(field) + "\n\nx\n");
    serve::Notice told(other.config(), asking);
    EXPECT_TRUE(told.delayed(0, waits).value()) << field;
  }
  Site site;
  const auto message = site.message("a@a.test", "", "", "Auto-Submitted: no\nPrecedence: first-class\n\nx\n");
  serve::Notice notice(site.config(), message);
  EXPECT_TRUE(notice.delayed(0, waits).value());
}

TEST(Notice, WhatIsReturnedAndHow) {
  const struct {
    const char* sender;
    const char* parameters;
    bool failed;
    std::size_t size;
    const char* wanted;
    const char* with;
  } rows[] = {
      {"a@a.test", "", true, 10, "text/rfc822-headers\n", ""},
      {"a@a.test", "RET=FULL", true, 10, "message/rfc822\n", ""},
      {"a@a.test", "RET=FULL", true, 1 << 20, "text/rfc822-headers\n", ""},
      {"a@a.test", "RET=FULL", false, 10, "text/rfc822-headers\n", ""},
      {"a@a.test", "RET=FULL REQUIRETLS", true, 10, "text/rfc822-headers\n", "REQUIRETLS"},
      {"\u00e4@a.test", "SMTPUTF8", true, 10, "text/rfc822-headers\n", "BODY=8BITMIME SMTPUTF8"},
      {"a@a.test", "ENVID=Q+2B1", true, 10, "\nOriginal-Envelope-Id: Q+1\n", ""},
  };
  for (const auto& row : rows) {
    Site site;
    const auto message =
        site.message(row.sender, row.parameters, "", "Subject: x\n\n" + std::string(row.size, 'x') + "\n");
    serve::Notice notice(site.config(), message);
    if (row.failed) notice.failed(0, refused);
    EXPECT_TRUE(row.failed || notice.delayed(0, waits).value());
    ASSERT_TRUE(notice.send());
    const auto report = site.report();
    const auto text = spool::Queue::read(report, 0, 1 << 22).value();
    EXPECT_NE(text.find(row.wanted), std::string::npos) << row.parameters << text.substr(0, 3000);
    EXPECT_EQ(report.envelope.parameters, row.with);
    EXPECT_EQ(report.envelope.recipients.at(0).address, row.sender);
  }
}

TEST(Notice, WhatStandsBehindAnAliasIsNotNamed) {
  Site site;
  spool::Envelope envelope;
  envelope.sender = "a@a.test";
  envelope.recipients = {{"|team:0123456789abcdef", spool::Status::todo, "ORCPT=rfc822;team@b.test"}};
  auto writer = spool::Writer::create(site.directory.path(), 1'000'000, envelope).value();
  ASSERT_TRUE(writer.write("Subject: x\n\nx\n") && writer.commit());
  const auto message = site.all.open(site.all.scan().value().at(0)).value();
  serve::Notice notice(site.config(), message);
  notice.failed(0, refused);
  ASSERT_TRUE(notice.send());
  const auto text = spool::Queue::read(site.report(), 0, 1 << 20).value();
  EXPECT_NE(text.find("Final-Recipient: rfc822; team@b.test\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("0123456789abcdef"), std::string::npos);
}

TEST(Notice, AnOriginalAddressIsWrittenAsItIsMeant) {
  const struct {
    const char* wish;
    const char* wanted;
  } rows[] = {
      {"ORCPT=rfc822;r+2Bx@b.test", "Original-Recipient: rfc822;r+x@b.test\n"},
      {"ORCPT=utf-8;\\x{E4}@b.test", "Original-Recipient: utf-8;\u00e4@b.test\n"},
      {"ORCPT=utf-8;\\x{nonsense}@b.test", "Original-Recipient: utf-8;\\x{nonsense}@b.test\n"},
  };
  for (const auto& row : rows) {
    Site site;
    const auto message = site.message("\u00e4@a.test", "SMTPUTF8", row.wish);
    serve::Notice notice(site.config(), message);
    notice.failed(0, refused);
    ASSERT_TRUE(notice.send());
    const auto text = spool::Queue::read(site.report(), 0, 1 << 20).value();
    EXPECT_NE(text.find(row.wanted), std::string::npos) << row.wanted << text;
  }
}

}  // namespace
}  // namespace notice_test
