#include "mime/report_text.hpp"

#include <gtest/gtest.h>

namespace report_text_test {
namespace {

mime::Report about(std::vector<mime::ReportedRecipient> recipients) {
  return {"mx.test", "alice@a.test", "id", 0, std::move(recipients)};
}

TEST(ReportText, SaysInWordsWhatAStatusMeans) {
  const struct {
    const char* status;
    const char* wanted;
  } rows[] = {
      {"5.1.1", "There is no mailbox of that name. Check the address"},
      {"5.1.10", "That domain takes no mail at all."},
      {"5.1.99", "The address was not accepted."},
      {"5.4.4", "No mail system is known for that domain."},
      {"5.4.7", "time has run out"},
      {"5.7.26", "may have taken it for spam"},
      {"5.0.0", "The recipient's mail system did not take it."},
      {"nonsense", "The recipient's mail system did not take it."},
  };
  for (const auto& row : rows) {
    auto text = mime::report_text(about({{"bob@b.test", row.status, "550 no", "mx.b.test:25"}}), "");
    for (auto& c : text) c = c == '\n' ? ' ' : c;
    while (text.find("  ") != text.npos) text.erase(text.find("  "), 1);
    EXPECT_NE(text.find(row.wanted), std::string::npos) << row.status << text;
    EXPECT_NE(text.find("mx.b.test said: 550 no"), std::string::npos) << text;
  }
}

TEST(ReportText, NoHostSaysWhatAConnectionMetWith) {
  const auto text = mime::report_text(
      about({{"bob@b.test", "4.4.1", "10.8.0.99: Connection refused", "10.8.0.99:25"}}), "");
  EXPECT_NE(text.find("10.8.0.99: 10.8.0.99: Connection refused"), std::string::npos) << text;
}

TEST(ReportText, WhoWaitsIsToldHowLong) {
  auto report = about({{"bob@b.test", "4.4.1", "Connection refused", "mx.b.test:25", mime::Action::delayed}});
  report.retry_until = 86'400;
  const auto text = mime::report_text(report, "hi");
  for (const char* part : {"Your message \"hi\" has not been delivered yet to:", "could not be reached.\n",
                           "mx.b.test: Connection refused\n", "You need not do anything", "2 Jan 1970"})
    EXPECT_NE(text.find(part), std::string::npos) << part << text;
  EXPECT_EQ(mime::report_title(report), "Delayed");
}

TEST(ReportText, OfVeryManyOnlySomeAreNamed) {
  const auto report = about(std::vector<mime::ReportedRecipient>(1000, {"bob@b.test", "5.1.1", "no", ""}));
  const auto text = mime::report_text(report, "");
  EXPECT_NE(text.find("and 900 more"), std::string::npos);
  EXPECT_LT(text.size(), 20'000u);
}

TEST(ReportText, NothingOfItIsForATerminalToObey) {
  const auto text = mime::report_text(
      about({{"a\x1b[2J@b.test", "5.1.1", "550 \x1b]0;x\x07", "mx\x1b.test:25"}}), "\x1b[1m");
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(ReportText, ThePostmasterLearnsWhyHeIsTold) {
  auto report = about({{"bob@b.test", "5.1.1", "no", ""}});
  report.nobody_else = true;
  EXPECT_NE(mime::report_text(report, "").find("as the postmaster"), std::string::npos);
}

}  // namespace
}  // namespace report_text_test
