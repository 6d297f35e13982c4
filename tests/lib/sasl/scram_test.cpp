#include <gtest/gtest.h>

#include "codec/base64.hpp"
#include "sasl/exchange.hpp"

namespace scram_test {
namespace {

using Next = sasl::Step::Next;
using About = sasl::Question::About;

// RFC 7677 section 3.
constexpr std::string_view our_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
constexpr std::string_view both = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
constexpr std::string_view first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const sasl::Answer salt = {sasl::Verdict::granted, "4096,W22ZaJ0SNY7soEsUEjb6gQ=="};
const sasl::Answer signature = {sasl::Verdict::granted, "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="};

sasl::Terms terms(bool bound) {
  return {{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, true, bound ? "exported" : "", bound ? "end-point" : ""};
}

sasl::Exchange make(bool plus = false, bool bound = false) {
  return std::move(*sasl::Exchange::make(plus ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256", terms(plus || bound),
                                         std::string(our_nonce)));
}

std::string in(std::string_view text) {
  return codec::base64_encode(text);
}

std::string final_message(std::string_view header, std::string_view nonce = both) {
  return "c=" + in(header) + ",r=" + std::string(nonce) + ",p=" + std::string(proof);
}

TEST(Scram, TheExampleOfTheStandard) {
  auto exchange = make();
  EXPECT_EQ(exchange.begin({}).text, "");
  auto step = exchange.on(in(first));
  EXPECT_EQ(step.next, Next::ask);
  EXPECT_EQ(step.question.about, About::salt);
  EXPECT_EQ(step.question.name, "user");
  step = exchange.on(salt);
  const std::string server_first = "r=" + std::string(both) + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  EXPECT_EQ(codec::base64_decode(step.text).value(), server_first);
  step = exchange.on(in(final_message("n,,")));
  EXPECT_EQ(step.question.about, About::proof);
  EXPECT_EQ(step.question.proof, proof);
  EXPECT_EQ(step.question.secret,
            "n=user,r=rOprNGfwEbeRWgbNEkqO," + server_first + ",c=biws,r=" + std::string(both));
  step = exchange.on(signature);
  EXPECT_EQ(codec::base64_decode(step.text).value(), "v=" + signature.text);
  step = exchange.on("");
  EXPECT_EQ(step.question.about, About::session);
  EXPECT_TRUE(step.question.logs_in());
  EXPECT_EQ(exchange.on(sasl::Answer{sasl::Verdict::granted}).next, Next::granted);
  EXPECT_EQ(exchange.name(), "user");
}

TEST(Scram, FirstMessages) {
  const struct {
    const char* text;
    Next next;
  } rows[] = {{"n,,n=user,r=x", Next::ask},
              {"y,,n=user,r=x", Next::ask},
              {"n,a=user,n=user,r=x", Next::ask},
              {"n,a=u=2Cs=3D,n=u=2Cs=3D,r=x", Next::ask},
              {"n,,n=user,r=x,e=ignored", Next::ask},
              {"n,a=eve,n=user,r=x", Next::denied},
              {"", Next::malformed},
              {"n", Next::malformed},
              {"n,,", Next::malformed},
              {"n,,n=user", Next::malformed},
              {"n,,n=user,r=", Next::malformed},
              {"n,,r=x,n=user", Next::malformed},
              {"n,,n=,r=x", Next::malformed},
              {"n,,n=u=2c,r=x", Next::malformed},
              {"n,,n=u=,r=x", Next::malformed},
              {"n,,n=u\xff,r=x", Next::malformed},
              {"n,,m=x,n=user,r=x", Next::malformed},
              {"n,a=,n=user,r=x", Next::malformed},
              {"n,b=x,n=user,r=x", Next::malformed},
              {"x,,n=user,r=x", Next::malformed},
              {"p=tls-exporter,,n=user,r=x", Next::malformed},
              {"n,,n=user,r=\x7f", Next::malformed},
              {"n,,n=u\x01,r=x", Next::malformed}};
  for (const auto& row : rows) EXPECT_EQ(make().begin(in(row.text)).next, row.next) << row.text;
  EXPECT_EQ(make().begin(in("n,,n=user,r=" + std::string(513, 'x'))).next, Next::malformed);
  // "I would bind" to a server that offers binding: somebody in between has hidden it.
  EXPECT_EQ(make(false, true).begin(in("y,,n=user,r=x")).next, Next::denied);
  EXPECT_EQ(make(false, true).begin(in("n,,n=user,r=x")).next, Next::ask);
}

TEST(Scram, FinalMessages) {
  const std::string nonce(both);
  const struct {
    std::string text;
    Next next;
  } rows[] = {{final_message("n,,"), Next::ask},
              {"c=biws,r=" + nonce + ",x=1,p=AAAA", Next::ask},
              {final_message("y,,"), Next::denied},
              {final_message("n,,", "rOprNGfwEbeRWgbNEkqO"), Next::denied},
              {final_message("n,,", nonce + "x"), Next::denied},
              {final_message("n,,", "replayed" + std::string(our_nonce)), Next::denied},
              {"", Next::malformed},
              {"c=biws,r=" + nonce, Next::malformed},
              {"c=biws,r=" + nonce + ",p=", Next::malformed},
              {"r=" + nonce + ",c=biws,p=AAAA", Next::malformed},
              {"c=biws,p=AAAA,r=" + nonce, Next::malformed},
              {"c=biws,r=" + nonce + ",p=AAAA,x=1", Next::malformed},
              {"p=AAAA", Next::malformed}};
  for (const auto& row : rows) {
    auto exchange = make();
    exchange.begin(in(first));
    exchange.on(salt);
    EXPECT_EQ(exchange.on(in(row.text)).next, row.next) << row.text;
  }
}

TEST(Scram, ChannelBinding) {
  const struct {
    const char* header;
    std::string bound;
    Next next;
  } rows[] = {{"p=tls-exporter,,", "p=tls-exporter,,exported", Next::ask},
              {"p=tls-server-end-point,,", "p=tls-server-end-point,,end-point", Next::ask},
              {"p=tls-exporter,,", "p=tls-exporter,,end-point", Next::denied},
              {"p=tls-exporter,,", "p=tls-exporter,,", Next::denied},
              {"p=tls-exporter,,", "n,,exported", Next::denied}};
  for (const auto& row : rows) {
    auto exchange = make(true);
    EXPECT_EQ(exchange.begin(in(row.header + std::string("n=user,r=rOprNGfwEbeRWgbNEkqO"))).next, Next::ask);
    exchange.on(salt);
    EXPECT_EQ(exchange.on(in(final_message(row.bound))).next, row.next) << row.bound;
  }
  EXPECT_EQ(make(true).begin(in("p=tls-unique,,n=user,r=x")).next, Next::malformed);
  EXPECT_EQ(make(true).begin(in("n,,n=user,r=x")).next, Next::malformed);
  EXPECT_EQ(make(true).begin(in("p=,,n=user,r=x")).next, Next::malformed);
}

TEST(Scram, OutOfOrder) {
  auto exchange = make();
  EXPECT_EQ(exchange.on(in(final_message("n,,"))).next, Next::malformed);
  exchange = make();
  exchange.begin(in(first));
  EXPECT_EQ(exchange.on(in(first)).next, Next::malformed);  // before the salt is known
  exchange.on(salt);
  EXPECT_EQ(exchange.on(in(first)).next, Next::malformed);
  exchange.on(in(final_message("n,,")));
  EXPECT_EQ(exchange.on("").next, Next::malformed);  // before the verdict
  exchange.on(signature);
  EXPECT_EQ(exchange.on(in("x")).next, Next::malformed);
  exchange = make();
  EXPECT_EQ(exchange.on(sasl::Answer{sasl::Verdict::granted}).next, Next::unavailable);
  exchange = make();
  exchange.begin(in(first));
  exchange.on(salt);
  exchange.on(in(final_message("n,,")));
  EXPECT_EQ(exchange.on(sasl::Answer{sasl::Verdict::denied}).next, Next::denied);
}

}  // namespace
}  // namespace scram_test
