#include "net/mta_sts_line.hpp"

#include <gtest/gtest.h>

namespace mta_sts_line_test {
namespace {

using Mode = net::StsPolicy::Mode;

TEST(MtaStsLine, Questions) {
  for (const net::StsQuestion& one :
       {net::StsQuestion{"x.test", "", {}}, net::StsQuestion{"x.test", "7", {"192.0.2.1", "2001:db8::1"}}}) {
    const auto line = net::to_line(one);
    EXPECT_EQ(net::parse_sts_question(line.substr(0, line.size() - 1)).value(), one);
  }
  EXPECT_EQ(net::parse_sts_question("x.test").value().domain, "x.test");
  for (const char* wrong :
       {"", "X.test", ".x.test", "x.test.", "../x", "a/b", "x.test a-b", "x.test 1 host", "x\\y"})
    EXPECT_EQ(net::parse_sts_question(wrong).error().code, base::Exit::data) << wrong;
}

TEST(MtaStsLine, Answers) {
  for (const net::StsAnswer& one :
       {net::StsAnswer{}, net::StsAnswer{std::nullopt, "sts-policy-invalid"},
        net::StsAnswer{net::StsPolicy{Mode::none, 0, {}}, ""},
        net::StsAnswer{net::StsPolicy{Mode::enforce, 7, {"a.test", "*.b.test"}}, "sts-webpki-invalid"}}) {
    const auto line = net::to_line("x.test", one);
    EXPECT_EQ(net::parse_sts_answer(line.substr(0, line.size() - 1), "x.test").value(), one);
    EXPECT_FALSE(net::parse_sts_answer(line.substr(0, line.size() - 1), "y.test"));
  }
  for (const char* wrong :
       {"", "x.test", "x.test\t-\t-", "x.test\t-\t1\t-", "x.test\tmaybe\t1\t-", "x.test\tnone\tx\t-"})
    EXPECT_EQ(net::parse_sts_answer(wrong, "x.test").error().code, base::Exit::protocol) << wrong;
}

}  // namespace
}  // namespace mta_sts_line_test
