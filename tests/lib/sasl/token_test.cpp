#include <gtest/gtest.h>

#include "codec/base64.hpp"
#include "sasl/exchange.hpp"

namespace token_test {
namespace {

using Next = sasl::Step::Next;
using About = sasl::Question::About;

const sasl::Answer granted = {sasl::Verdict::granted};
const sasl::Answer denied = {sasl::Verdict::denied};

sasl::Exchange make(std::string_view mechanism) {
  return std::move(*sasl::Exchange::make(mechanism, {{"OAUTHBEARER", "XOAUTH2"}, true}, "nonce"));
}

std::string in(std::string_view text) {
  return codec::base64_encode(text);
}

std::string out(const sasl::Step& step) {
  EXPECT_EQ(step.next, Next::challenge);
  return codec::base64_decode(step.text).value();
}

TEST(Token, NameAndTokenAreAskedAboutAndARefusalIsAChallenge) {
  auto bearer = make("OAUTHBEARER");
  auto step = bearer.begin(
      in("n,a=user@example.com,\1host=server.example.com\1port=143\1auth=Bearer vF9dft4qmT\1\1"));
  EXPECT_EQ(step.question.about, About::token);
  EXPECT_EQ(step.question.name + "/" + step.question.secret, "user@example.com/vF9dft4qmT");
  EXPECT_EQ(out(bearer.on(denied)), R"({"status":"invalid_token"})");
  EXPECT_EQ(bearer.on("AQ==").next, Next::denied);
  auto google = make("XOAUTH2");
  step = google.begin(
      in("user=someuser@example.com\1auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\1\1"));
  EXPECT_EQ(step.question.name, "someuser@example.com");
  EXPECT_EQ(google.on(granted).next, Next::granted);
  for (const char* bad : {"", "n,a=u,", "n,a=u,\1", "n,a=u,\1auth=Bearer x\1", "n,,\1auth=Bearer x\1\1",
                          "n,a=u,\1auth=Basic x\1\1", "n,a=u,\1auth=Bearer \1\1", "n,a=u,\1auth\1\1",
                          "p=tls-exporter,a=u,\1auth=Bearer x\1\1", "n,a=u,x\1auth=Bearer x\1\1"})
    EXPECT_EQ(make("OAUTHBEARER").begin(in(bad)).next, Next::malformed) << bad;
  for (const char* bad : {"", "\1", "user=\1auth=Bearer x\1\1", "user=u\1\1", "user=u\1auth=Bearer x\1"})
    EXPECT_EQ(make("XOAUTH2").begin(in(bad)).next, Next::malformed) << bad;
}

}  // namespace
}  // namespace token_test
