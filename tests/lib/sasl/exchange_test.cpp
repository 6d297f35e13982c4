#include "sasl/exchange.hpp"

#include <gtest/gtest.h>

#include "codec/base64.hpp"

namespace exchange_test {
namespace {

using Next = sasl::Step::Next;
using About = sasl::Question::About;
using std::string_literals::operator""s;

sasl::Terms everything() {
  return {{"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL", "OAUTHBEARER", "XOAUTH2"},
          true,
          "exported",
          "end-point",
          "bob"};
}

sasl::Exchange make(std::string_view mechanism, const sasl::Terms& terms = everything()) {
  return std::move(*sasl::Exchange::make(mechanism, terms, "nonce"));
}

std::string in(std::string_view text) {
  return codec::base64_encode(text);
}

std::string out(const sasl::Step& step) {
  EXPECT_EQ(step.next, Next::challenge);
  return codec::base64_decode(step.text).value();
}

const sasl::Answer granted = {sasl::Verdict::granted};
const sasl::Answer denied = {sasl::Verdict::denied};

TEST(Exchange, OnlyWhatIsOffered) {
  EXPECT_FALSE(sasl::Exchange::make("CRAM-MD5", everything(), "x"));
  EXPECT_FALSE(sasl::Exchange::make("", everything(), "x"));
  EXPECT_FALSE(sasl::Exchange::make("LOGIN", {{"PLAIN"}, true}, "x"));
  EXPECT_FALSE(sasl::Exchange::make("PLAIN", {{"PLAIN"}, false}, "x"));
  EXPECT_EQ(make("plain").mechanism(), "PLAIN");
}

TEST(Exchange, Plain) {
  auto exchange = make("PLAIN");
  EXPECT_EQ(out(exchange.begin({})), "");
  const auto step = exchange.on(in("\0tim\0tanstaaftanstaaf"s));
  EXPECT_EQ(step.next, Next::ask);
  EXPECT_EQ(step.question.about, About::password);
  EXPECT_TRUE(step.question.logs_in());
  EXPECT_EQ(step.question.name + "/" + step.question.secret, "tim/tanstaaftanstaaf");
  EXPECT_EQ(exchange.on(granted).next, Next::granted);
  EXPECT_EQ(exchange.name(), "tim");
  EXPECT_EQ(exchange.on(denied).next, Next::denied);
  EXPECT_EQ(exchange.on(sasl::Answer{}).next, Next::unavailable);
  EXPECT_EQ(make("PLAIN").begin(in("eve\0tim\0x"s)).next, Next::denied);
  for (const auto& bad : {""s, "\0tim"s, "\0tim\0"s, "\0\0x"s, "\0a\0b\0"s, "\0tim\0p\nw"s, "\0t\rm\0pw"s})
    EXPECT_EQ(make("PLAIN").begin(in(bad)).next, Next::malformed) << bad;
}

TEST(Exchange, LinesThatAreNoResponse) {
  for (const char* mechanism : {"PLAIN", "LOGIN", "SCRAM-SHA-256", "EXTERNAL", "OAUTHBEARER", "XOAUTH2"}) {
    for (const auto& line : {"!!!!"s, "AGE AGI="s, "AGEA"s + '\0', std::string(sasl::line_limit + 4, 'A')}) {
      auto exchange = make(mechanism);
      exchange.begin({});
      EXPECT_EQ(exchange.on(line).next, Next::malformed) << mechanism << line.substr(0, 10);
    }
    auto exchange = make(mechanism);
    exchange.begin({});
    EXPECT_EQ(exchange.on("*").next, Next::cancelled);
  }
}

TEST(Exchange, Login) {
  auto exchange = make("LOGIN");
  EXPECT_EQ(out(exchange.begin({})), "Username:");
  EXPECT_EQ(out(exchange.on(in("tim"))), "Password:");
  const auto step = exchange.on(in("tanstaaf"));
  EXPECT_EQ(step.question.name + "/" + step.question.secret, "tim/tanstaaf");
  EXPECT_EQ(exchange.on(granted).next, Next::granted);
  auto short_one = make("LOGIN");
  EXPECT_EQ(out(short_one.begin(in("tim"))), "Password:");
  EXPECT_EQ(short_one.on("").next, Next::malformed);
}

TEST(Exchange, External) {
  for (const auto& response : {"="s, in("bob")}) {
    auto exchange = make("EXTERNAL");
    const auto step = exchange.begin(response);
    EXPECT_EQ(step.question.about, About::certificate);
    EXPECT_EQ(step.question.name, "bob");
    EXPECT_EQ(exchange.on(granted).next, Next::granted);
  }
  EXPECT_EQ(make("EXTERNAL").begin(in("eve")).next, Next::denied);
}

}  // namespace
}  // namespace exchange_test
