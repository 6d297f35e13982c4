#include "spool/envelope.hpp"

#include <gtest/gtest.h>

namespace envelope_test {
namespace {

std::string example() {
  spool::Envelope envelope;
  envelope.id = "0123456789abc";
  envelope.received = 7;
  envelope.sender = "a@b.test";
  envelope.recipients = {{"x@y.test"}, {"z@y.test", spool::Status::fail}};
  return spool::format(envelope).value();
}

TEST(Envelope, ReadsWhatItWrites) {
  const std::string text = example();
  const auto envelope = spool::parse(text + "body").value();
  EXPECT_EQ(envelope.sender, "a@b.test");
  EXPECT_EQ(envelope.length, std::nullopt);
  EXPECT_EQ(envelope.body_offset, text.size());
  EXPECT_EQ(envelope.recipients.at(1).status, spool::Status::fail);
  EXPECT_EQ(text.substr(envelope.recipients[1].status_offset, 4), "fail");
  auto whole = text;
  whole.replace(envelope.length_offset, spool::length_width, spool::format_length(42, 0xdeadbeef));
  EXPECT_EQ(spool::parse(whole).value().length, 42U);
  EXPECT_EQ(spool::parse(whole).value().checksum, 0xdeadbeefU);
}

TEST(Envelope, WhatTheSenderKnowsOrIsOwedStandsWithTheStatus) {
  spool::Envelope envelope;
  envelope.id = "0123456789abc";
  envelope.recipients = {{"a@b.test"}, {"c@d.test", spool::Status::done}, {"e@f.test", spool::Status::fail}};
  for (auto& recipient : envelope.recipients) recipient.late = recipient.owed = true;
  const auto text = spool::format(envelope).value();
  EXPECT_NE(text.find("to: late <a@b.test>\nto: owed <c@d.test>\nto: fail <e@f.test>\n"), std::string::npos)
      << text;
  const auto read = spool::parse(text).value().recipients;
  EXPECT_EQ(read[0].status, spool::Status::todo);
  EXPECT_TRUE(read[0].late && !read[0].owed);
  EXPECT_EQ(read[1].status, spool::Status::done);
  EXPECT_TRUE(!read[1].late && read[1].owed);
}

TEST(Envelope, ParametersStayWithTheirAddress) {
  const struct {
    const char* address;
    const char* parameters;
  } rows[] = {{"a@b.test", ""},
              {"a@b.test", "NOTIFY=NEVER"},
              {"\"a> b\"@c.test", ""},
              {"\"a> b\"@c.test", "NOTIFY=DELAY ORCPT=rfc822;x"}};
  for (const auto& row : rows) {
    spool::Envelope envelope;
    envelope.id = "0123456789abc";
    envelope.parameters = "BODY=8BITMIME RET=HDRS";
    envelope.recipients = {{row.address, spool::Status::todo, row.parameters}, {"x@y.test"}};
    const auto read = spool::parse(spool::format(envelope).value());
    ASSERT_TRUE(read) << row.address;
    EXPECT_EQ(read->parameters, "BODY=8BITMIME RET=HDRS");
    EXPECT_EQ(read->recipients.at(0).address, row.address);
    EXPECT_EQ(read->recipients.at(0).parameters, row.parameters);
    EXPECT_EQ(read->recipients.at(1).address, "x@y.test");
  }
  spool::Envelope bad;
  bad.recipients = {{"a@b.test", spool::Status::todo, "X\nto: todo <evil@b.test>"}};
  EXPECT_FALSE(spool::format(bad));
  bad.recipients[0].parameters = "ORCPT=rfc822;x>";
  EXPECT_FALSE(spool::format(bad));
}

TEST(Envelope, NamesTheLineThatIsWrong) {
  const std::string good = example();
  struct Case {
    const char* from;
    const char* to;
    const char* line;
  };
  for (const auto& [from, to, line] :
       {Case{"tubepost 1", "tubepost 2", "line 1"}, Case{"id: ", "xd: ", "line 2"},
        Case{"received: 7", "received: x", "line 3"}, Case{"length: -", "length: x", "line 4"},
        Case{"from: <", "from: ", "line 5"}, Case{"to: todo", "to: tofu", "line 6"},
        Case{"to: fail <", "to: fail", "line 7"}}) {
    auto text = good;
    text.replace(text.find(from), std::string_view(from).size(), to);
    const auto parsed = spool::parse(text);
    ASSERT_FALSE(parsed) << to;
    EXPECT_NE(parsed.error().what.find(line), std::string::npos) << parsed.error().what;
  }
}

TEST(Envelope, SaysThatItsRecipientsAreNoAliases) {
  spool::Envelope envelope;
  envelope.id = "0000000000001";
  envelope.parameters = "BODY=8BITMIME";
  envelope.recipients = {{"bob"}};
  EXPECT_FALSE(spool::parse(spool::format(envelope).value()).value().expanded);
  envelope.expanded = true;
  const auto text = spool::format(envelope).value();
  EXPECT_NE(text.find("\naliases: expanded\nto: todo <bob>\n"), std::string::npos) << text;
  EXPECT_TRUE(spool::parse(text).value().expanded);
  EXPECT_EQ(spool::parse(text).value().parameters, "BODY=8BITMIME");
}

}  // namespace
}  // namespace envelope_test
