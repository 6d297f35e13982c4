#include "sasl/client.hpp"

#include <gtest/gtest.h>

#include "codec/base64.hpp"

namespace client_test {
namespace {

using sasl::Client;
using sasl::Login;

constexpr const char* nonce = "rOprNGfwEbeRWgbNEkqO";  // of the example in RFC 7677 section 3

std::string encoded(std::string_view text) {
  return codec::base64_encode(text);
}

std::string decoded(const std::optional<std::string>& text) {
  return text ? codec::base64_decode(*text).value() : "(nothing)";
}

Client scram() {
  return *Client::choose({"scram-sha-256", "PLAIN"}, Login{"user", "pencil"}, nonce, true);
}

const std::string first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

TEST(SaslClient, TheBestThatIsOffered) {
  const struct {
    std::vector<std::string> offered;
    bool secret;
    const char* wanted;
  } rows[] = {{{"PLAIN", "SCRAM-SHA-256"}, true, "SCRAM-SHA-256"},
              {{"LOGIN", "plain"}, true, "PLAIN"},
              {{"LOGIN"}, true, "LOGIN"},
              {{"PLAIN", "LOGIN"}, false, ""},
              {{"PLAIN", "SCRAM-SHA-256"}, false, "SCRAM-SHA-256"},
              {{"CRAM-MD5"}, true, ""},
              {{}, true, ""}};
  for (const auto& row : rows) {
    const auto client = Client::choose(row.offered, {"u", "p"}, nonce, row.secret);
    EXPECT_EQ(client ? client->mechanism() : "", row.wanted);
  }
}

TEST(SaslClient, Plain) {
  auto client = *Client::choose({"PLAIN"}, Login{"user", "pass"}, nonce, true);
  EXPECT_EQ(decoded(client.initial()), std::string("\0user\0pass", 10));
  EXPECT_TRUE(client.complete());
  EXPECT_FALSE(client.on(""));
}

TEST(SaslClient, LoginAnswersTwoQuestions) {
  auto client = *Client::choose({"LOGIN"}, Login{"user", "pass"}, nonce, true);
  EXPECT_FALSE(client.initial());
  EXPECT_EQ(decoded(client.on(encoded("Username:"))), "user");
  EXPECT_FALSE(client.complete());
  EXPECT_EQ(decoded(client.on(encoded("whatever"))), "pass");
  EXPECT_TRUE(client.complete());
  EXPECT_FALSE(client.on(encoded("more?")));
}

TEST(SaslClient, ScramAsInTheRfc) {
  auto client = scram();
  EXPECT_EQ(decoded(client.initial()), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(decoded(client.on(encoded(first))),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_FALSE(client.complete());
  EXPECT_EQ(decoded(client.on(encoded("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))), "");
  EXPECT_TRUE(client.complete());
}

TEST(SaslClient, AServerThatDoesNotKnowThePasswordIsNotBelieved) {
  auto client = scram();
  (void)client.initial();
  (void)client.on(encoded(first));
  EXPECT_FALSE(client.on(encoded("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")));
  EXPECT_FALSE(client.complete());
}

TEST(SaslClient, ScramIsExactAboutTheServersWords) {
  for (const char* challenge :
       {"", "r=other,s=QUFB,i=4096", "r=rOprNGfwEbeRWgbNEkqO,s=QUFB,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=QUFB,i=0",
        "r=rOprNGfwEbeRWgbNEkqOx,s=QUFB,i=4000000000", "r=rOprNGfwEbeRWgbNEkqOx,s=QUFB",
        "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=QUFB,i=4096"}) {
    auto client = scram();
    (void)client.initial();
    EXPECT_FALSE(client.on(encoded(challenge))) << challenge;
  }
  auto client = scram();
  EXPECT_FALSE(client.on("not base64!"));
}

TEST(SaslClient, NamesAreEscaped) {
  auto client = *Client::choose({"SCRAM-SHA-256"}, Login{"a,b=c", "p"}, nonce, false);
  EXPECT_EQ(decoded(client.initial()), std::string("n,,n=a=2Cb=3Dc,r=") + nonce);
}

}  // namespace
}  // namespace client_test
