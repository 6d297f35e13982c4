#include "proc/sendmail_arguments.hpp"

#include <gtest/gtest.h>

namespace sendmail_arguments_test {
namespace {

std::string translate(std::vector<std::string> arguments) {
  std::string out;
  for (const auto& one : proc::translate_sendmail(arguments)) out += (out.empty() ? "" : " ") + one;
  return out;
}

TEST(SendmailArguments, AsProgramsWriteThem) {
  EXPECT_EQ(translate({"-t", "-i"}), "--recipients-in-header --dot-is-text --");
  EXPECT_EQ(translate({"-oi", "-fa@b", "x@y"}), "--dot-is-text --sender=a@b -- x@y");
  EXPECT_EQ(translate({"-it", "-f", "a@b", "--", "-x@y"}),
            "--dot-is-text --recipients-in-header --sender=a@b -- -x@y");
  EXPECT_EQ(translate({"-r", "", "x"}), "--sender=<> -- x");
  EXPECT_EQ(translate({"-FA B", "-oem", "-odb", "-B8BITMIME", "-N", "never", "-v", "x"}),
            "--full-name=A B -- x");
  EXPECT_EQ(translate({"-bs"}), "--mode=s --");
  EXPECT_EQ(translate({"-bp"}), "--mode=p --");
  EXPECT_EQ(translate({"-Z", "x"}), "-Z -- x");
  EXPECT_EQ(translate({"--help"}), "--help --");
  EXPECT_EQ(translate({"a", "-t"}), "-- a -t");
}

}  // namespace
}  // namespace sendmail_arguments_test
