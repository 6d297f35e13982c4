#include "maildir/mbox_text.hpp"

#include <gtest/gtest.h>

namespace mbox_text_test {
namespace {

std::string written(std::string_view text, std::size_t step) {
  maildir::MboxText mbox;
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += step) out += mbox.update(text.substr(at, step));
  return out + mbox.finish();
}

TEST(MboxText, QuotesWhatLooksLikeAFromLineHoweverItComes) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {{"", "\n"},
              {"a\n", "a\n\n"},
              {"a", "a\n\n"},
              {"From a\n", ">From a\n\n"},
              {"x\n>From a\n>>From \n", "x\n>>From a\n>>>From \n\n"},
              {"From", "From\n\n"},
              {">Fro\nFrom:\n>\n", ">Fro\nFrom:\n>\n\n"},
              {" From a\nFFrom a\n", " From a\nFFrom a\n\n"},
              {"a From b\n\nFrom \n", "a From b\n\n>From \n\n"},
              {"From>From \n", "From>From \n\n"}};
  for (const auto& row : rows) {
    for (const std::size_t step : {1, 2, 3, 100})
      EXPECT_EQ(written(row.text, step), row.wanted) << row.text << step;
  }
}

TEST(MboxText, FromLinesHaveADateAndOneWordForTheSender) {
  EXPECT_EQ(maildir::from_line("a@b.test", 0), "From a@b.test Thu Jan  1 00:00:00 1970\n");
  EXPECT_EQ(maildir::from_line("", 1795281151), "From MAILER-DAEMON Sat Nov 21 17:12:31 2026\n");
  EXPECT_EQ(maildir::from_line("\"a b\n\"@c", 0), "From \"a-b-\"@c Thu Jan  1 00:00:00 1970\n");
}

}  // namespace
}  // namespace mbox_text_test
