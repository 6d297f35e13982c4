#include "serve/local_report.hpp"

#include <gtest/gtest.h>

namespace local_report_test {
namespace {

using serve::Outcome;

TEST(LocalReport, ComesBackAsItWent) {
  serve::LocalReport report = {base::Exit::temporary,
                               {Outcome::deferred, "4.2.2", "the mailbox is full", {}}};
  report.has_instructions = true;
  report.forwards = {{"0123456789abcdef", "bob@far.test", false}, {"0123456789abcdee", "carol", true}};
  report.done = {"aaaaaaaaaaaaaaaa"};
  const auto again = serve::parse_report(serve::to_packet(report)).value();
  EXPECT_EQ(again.exit, report.exit);
  EXPECT_EQ(again.attempt.outcome, report.attempt.outcome);
  EXPECT_EQ(again.attempt.status, report.attempt.status);
  EXPECT_EQ(again.attempt.reason, report.attempt.reason);
  EXPECT_TRUE(again.has_instructions);
  EXPECT_EQ(again.forwards, report.forwards);
  EXPECT_EQ(again.done, report.done);
}

TEST(LocalReport, AProcessOfAUserIsNotBelieved) {
  const std::string part = "0123456789abcdef";
  const std::vector<std::vector<std::string>> rows = {
      {},
      {"0", "y", "2.0.0", "x"},
      {"256", "y", "2.0.0", "x", "-"},
      {"-1", "y", "2.0.0", "x", "-"},
      {"0", "q", "2.0.0", "x", "-"},
      {"0", "yy", "2.0.0", "x", "-"},
      {"0", "y", "5.0.0", "x", "-"},
      {"0", "n", "2.0.0", "x", "-"},
      {"0", "y", "2.0", "x", "-"},
      {"0", "y", "2.0.0\n250 ok", "x", "-"},
      {"0", "y", "2.0.0", "x", "-", "p"},
      {"0", "y", "2.0.0", "x", "-", "p0123"},
      {"0", "y", "2.0.0", "x", "-", "p0123456789abcdeg"},
      {"0", "y", "2.0.0", "x", "-", "a" + part},
      {"0", "y", "2.0.0", "x", "-", "a" + part + "bob\nto: todo <x@y>"},
      {"0", "y", "2.0.0", "x", "-", "a" + part + "@"},
      {"0", "y", "2.0.0", "x", "-", "z" + part + "bob"},
      {"0", "y", "2.0.0", "x", "-", ""}};
  for (const auto& row : rows) {
    std::string packet;
    for (const auto& field : row) (packet += field) += '\0';
    EXPECT_FALSE(serve::parse_report(packet)) << testing::PrintToString(row);
  }
  std::string many = serve::to_packet(serve::delivered("x"));
  for (std::size_t i = 0; i <= serve::forwards_limit; ++i)
    (many += "a" + part + "u" + std::to_string(i)) += '\0';
  EXPECT_FALSE(serve::parse_report(many));
  // What it says goes into logs and bounces.
  const char loud[] =
      "0\0y\0"
      "2.0.0\0a\nb\0-";
  EXPECT_EQ(serve::parse_report({loud, sizeof loud}).value().attempt.reason, "a\\nb");
}

TEST(LocalReport, ErrorsDeferUnlessTheyAreTheMessages) {
  EXPECT_EQ(serve::report_of(base::fail(base::Exit::unavailable, "loop")).attempt.status, "5.4.6");
  EXPECT_EQ(serve::report_of(base::fail(base::Exit::no_user, "who")).attempt.status, "5.1.1");
  for (const auto code : {base::Exit::io, base::Exit::os, base::Exit::not_permitted,
                          base::Exit::configuration, base::Exit::software, base::Exit::no_input})
    EXPECT_EQ(serve::report_of(base::fail(code, "x")).attempt.outcome, Outcome::deferred);
  EXPECT_EQ(serve::report_of(serve::Attempt{Outcome::failed, "5.1.1", "", {}}).exit, base::Exit::no_user);
  EXPECT_EQ(serve::report_of(serve::Attempt{Outcome::failed, "5.2.2", "", {}}).exit, base::Exit::unavailable);
  EXPECT_EQ(serve::report_of(serve::Attempt{Outcome::deferred, "4.2.2", "", {}}).exit, base::Exit::temporary);
}

}  // namespace
}  // namespace local_report_test
