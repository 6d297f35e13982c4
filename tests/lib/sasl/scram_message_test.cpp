#include "sasl/scram_message.hpp"

#include <gtest/gtest.h>

namespace scram_message_test {
namespace {

using Binding = sasl::Gs2Header::Binding;

TEST(ScramMessage, Header) {
  const auto plain = sasl::parse_gs2_header("n,,rest,of,it").value();
  EXPECT_EQ(plain.binding, Binding::none);
  EXPECT_EQ(plain.length, 3U);
  const auto bound = sasl::parse_gs2_header("p=tls-server-end-point,a=a=2Cb=3Dc,").value();
  EXPECT_EQ(bound.binding, Binding::used);
  EXPECT_EQ(bound.binding_name, "tls-server-end-point");
  EXPECT_EQ(bound.authorize, "a,b=c");
  EXPECT_EQ(sasl::parse_gs2_header("y,,").value().binding, Binding::not_here);
  for (const char* bad : {"", ",", ",,", "n,", "N,,", "nn,,", "p,,", "p= ,,", "n,a,", "n,a=a=2cb,"})
    EXPECT_FALSE(sasl::parse_gs2_header(bad)) << bad;
}

TEST(ScramMessage, FirstAndFinal) {
  const auto first = sasl::parse_client_first("n,,n=us=2Cer,r=abc,x=more").value();
  EXPECT_EQ(first.name + "/" + first.nonce, "us,er/abc");
  const auto final = sasl::parse_client_final("c=biws,r=abc,x=more,p=AAAA").value();
  EXPECT_EQ(final.binding + "/" + final.nonce + "/" + final.proof, "biws/abc/AAAA");
  EXPECT_EQ(final.without_proof, "c=biws,r=abc,x=more");
  EXPECT_FALSE(sasl::parse_client_final(std::string_view("c=biws,r=abc,x=\0,p=AAAA", 24)));
}

}  // namespace
}  // namespace scram_message_test
