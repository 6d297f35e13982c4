#include "serve/filter_request.hpp"

#include <gtest/gtest.h>

namespace filter_request_test {
namespace {

TEST(FilterRequest, RequestsComeBackAsTheyWere) {
  const serve::FilterEnvelope envelope = {
      "", {"bob@example.test", "\"a b\"@example.test"}, "192.0.2.1", "", "mx.b.test", "id", "host.b.test"};
  const auto back = serve::parse_request(serve::to_request(envelope).value()).value();
  EXPECT_EQ(back.sender, envelope.sender);
  EXPECT_EQ(back.recipients, envelope.recipients);
  EXPECT_EQ(back.address, envelope.address);
  EXPECT_EQ(back.user, envelope.user);
  EXPECT_EQ(back.helo, envelope.helo);
  EXPECT_EQ(back.id, envelope.id);
  EXPECT_EQ(back.host, envelope.host);
}

TEST(FilterRequest, WhatIsNotWholeIsNone) {
  for (const std::string& text :
       {std::string(), std::string("a\n"), std::string("a\nb\n\n"), std::string("a\nb\n\nc\nd\n\n"),
        std::string("a\nb\n\nc\nd\n\nbob"), std::string("a\nb\n\nc\nd\n\nbo\0b\n", 15)})
    EXPECT_FALSE(serve::parse_request(text)) << text;
}

TEST(FilterRequest, RecipientsAreAddresses) {
  EXPECT_EQ(serve::whole_address("bob", "mx.example.test"), "bob@mx.example.test");
  EXPECT_EQ(serve::whole_address("bob@example.test", "mx.example.test"), "bob@example.test");
}

TEST(FilterRequest, NothingOfAnEnvelopeCanBeTwoThings) {
  for (const auto& evil : {std::string("a\nroot@example.test"), std::string("a\0b", 3)}) {
    EXPECT_FALSE(serve::to_request({evil, {"b"}, "", "", "", "", ""}));
    EXPECT_FALSE(serve::to_request({"", {"b", evil}, "", "", "", "", ""}));
    EXPECT_FALSE(serve::to_request({"", {"b"}, evil, "", "", "", ""}));
    EXPECT_FALSE(serve::to_request({"", {"b"}, "", evil, "", "", ""}));
    EXPECT_FALSE(serve::to_request({"", {"b"}, "", "", evil, "", ""}));
    EXPECT_FALSE(serve::to_request({"", {"b"}, "", "", "", evil, ""}));
    EXPECT_FALSE(serve::to_request({"", {"b"}, "", "", "", "", evil}));
  }
}

TEST(FilterRequest, AReasonIsOneLineOfPlainText) {
  EXPECT_EQ(serve::to_reason(" no\tsuch \x1b[1m w\xc3\xb6rds\r\nmore"), "no?such ?[1m w??rds");
  EXPECT_EQ(serve::to_reason(std::string("a\0b", 3)), "a?b");
  EXPECT_EQ(serve::to_reason("\nsecond"), "");
  EXPECT_EQ(serve::to_reason(std::string(5000, 'x')), std::string(400, 'x'));
}

/// All of it at once, and octet by octet.
std::string read(const std::string& text, bool split) {
  serve::FilteredText reader(5);
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += split ? 1 : text.size()) {
    const auto got = reader.update(std::string_view(text).substr(at, split ? 1 : text.size()));
    if (!got) return "refused";
    out += *got;
  }
  return reader.finish() ? out : "refused";
}

TEST(FilterRequest, WhatAFilterWritesIsLinesWithLf) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {{"a\r\nb\n", "a\nb\n"}, {"\n.\r\n", "\n.\n"},    {"\r.\r", "refused"},
              {"\r.\n", "refused"},   {"\n.\r", "refused"},    {"\r\r\n", "refused"},
              {"12345\n", "12345\n"}, {"123456\n", "refused"}, {"12345\r\n1", "12345\n1"}};
  for (const auto& row : rows) {
    EXPECT_EQ(read(row.text, false), row.wanted) << row.text;
    EXPECT_EQ(read(row.text, true), row.wanted) << row.text;
  }
  EXPECT_EQ(read(std::string("\r\n\0.\r\n", 6), false), "refused");
  EXPECT_EQ(read(std::string("\0", 1), true), "refused");
}

}  // namespace
}  // namespace filter_request_test
