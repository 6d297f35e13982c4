#include "net/dns_line.hpp"

#include <gtest/gtest.h>

namespace dns_line_test {
namespace {

using net::Answer;
using net::RecordType;

std::string without_end(std::string line) {
  EXPECT_TRUE(line.ends_with('\n'));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  line.pop_back();
  return line;
}

TEST(DnsLine, Questions) {
  const struct {
    const char* line;
    net::Question wanted;
  } rows[] = {{"MX example.org", {{}, RecordType::mx, "example.org"}},
              {"  7\ttxt  example.org. ", {7, RecordType::txt, "example.org."}},
              {"PTR 2001:db8::1", {{}, RecordType::ptr, "2001:db8::1"}},
              {"18446744073709551615 A a", {UINT64_MAX, RecordType::a, "a"}}};
  for (const auto& row : rows) {
    const auto question = net::parse_question(row.line);
    ASSERT_TRUE(question) << row.line;
    EXPECT_EQ(*question, row.wanted) << row.line;
    EXPECT_EQ(net::parse_question(without_end(to_line(*question))).value(), *question);
  }
}

TEST(DnsLine, WhatIsNoQuestion) {
  const struct {
    std::string line;
    const char* why;
  } rows[] = {{"", "TYPE NAME expected"},
              {"MX", "TYPE NAME expected"},
              {"1 2 MX example.org", "TYPE NAME expected"},
              {"x MX example.org", "'x' is no number"},
              {"ANY example.org", "'ANY' is not one of"},
              {"A a..b", "'a..b' is no name"},
              {"A a\x01", "'a\\x01' is no name"},
              {"PTR example.org", "'example.org' is no address"},
              {"A " + std::string(320, 'a'), "longer than 320"}};
  for (const auto& row : rows) {
    const auto question = net::parse_question(row.line);
    ASSERT_FALSE(question) << row.line;
    EXPECT_EQ(question.error().code, base::Exit::data);
    EXPECT_NE(question.error().what.find(row.why), std::string::npos) << question.error().what;
  }
}

TEST(DnsLine, AnswersGoThereAndBack) {
  const Answer answers[] = {{Answer::Outcome::found, true, 300, "mx.test", {"192.0.2.1", "192.0.2.2"}},
                            {Answer::Outcome::found,
                             false,
                             0,
                             "a",
                             {"", "-", "--", "a\tb\r\nfound\\x0a\\", std::string("\0\xFF", 2)}},
                            {Answer::Outcome::empty, true, 604'800, "", {}},
                            {Answer::Outcome::nxdomain, false, 60, "", {}},
                            {Answer::Outcome::bogus, false, 0, "", {"signature expired"}},
                            net::no_answer("no answer in time")};
  for (const auto& answer : answers) {
    for (const auto id : {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(9)}) {
      const net::Question question = {id, RecordType::txt, "-"};
      const auto back = net::parse_answer(without_end(to_line(question, answer)));
      ASSERT_TRUE(back) << to_line(question, answer);
      EXPECT_EQ(back->answer, answer);
      EXPECT_EQ(back->question, question);
    }
  }
}

TEST(DnsLine, AnswersThatAreTooLongAreFailures) {
  const net::Question question = {1, RecordType::txt, "a"};
  for (const auto& values :
       {std::vector<std::string>{std::string(20'000, '\1')}, std::vector<std::string>(257, "x")}) {
    const auto line = net::to_line(question, {Answer::Outcome::found, false, 1, "a", values});
    EXPECT_LT(line.size(), net::answer_limit);
    EXPECT_EQ(net::parse_answer(without_end(line)).value().answer, net::no_answer("the answer is too long"));
  }
}

TEST(DnsLine, WhatIsNoAnswer) {
  for (const std::string& line :
       {std::string(), std::string("found"), std::string("found\tsecure\t1\tA\ta"),
        std::string("lost\tsecure\t1\tA\ta\ta"), std::string("found\tsafe\t1\tA\ta\ta"),
        std::string("found\tsecure\t604801\tA\ta\ta"), std::string("found\tsecure\t\tA\ta\ta"),
        std::string("found\tsecure\t1\tANY\ta\ta"), std::string("found\tsecure\t1\tA\ta\ta\tx\\"),
        std::string("found\tsecure\t1\tA\ta\ta\tx\\x0"), std::string("found\tsecure\t1\tA\ta\ta\t\\q"),
        std::string("found\tsecure\t1\tA\ta\ta"), std::string("empty\tsecure\t1\tA\ta\t-\tx\ty"),
        std::string("found\tsecure\t1\tA\ta\ta\tx\x01"), std::string(net::answer_limit + 1, 'x')})
    EXPECT_EQ(net::parse_answer(line).error().code, base::Exit::protocol) << line;
}

}  // namespace
}  // namespace dns_line_test
