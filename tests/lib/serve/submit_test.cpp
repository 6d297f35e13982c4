#include "serve/submit.hpp"

#include <gtest/gtest.h>

#include "talk.hpp"

namespace submit_test {
namespace {

struct Parts {
  std::string head, rest;
};

Parts split(const std::string& text) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  fs::Fd reading(ends[0]);
  {
    const fs::Fd writing(ends[1]);
    if (!fs::write_all(writing.get(), text)) std::abort();
  }
  Parts out;
  serve::Handed message(reading.get());
  out.head = serve::read_header(message, out.rest).value();
  return out;
}

TEST(Submit, TheHeaderEndsAtTheEmptyLineOrAtALineThatIsNoneOfIt) {
  const struct {
    const char* text;
    const char* head;
    const char* rest;
  } rows[] = {{"A: b\n\nbody", "A: b\n", "\nbody"},
              {"A: b\r\n\r\nbody", "A: b\n", "\nbody"},
              {"\nbody", "", "\nbody"},
              {"no header at all\n.\n", "", "\nno header at all\n.\n"},
              {"A: b\n c\nnot a field\n\nx", "A: b\n c\n", "\nnot a field\n\nx"},
              {" A: b\n\n", "", "\n A: b\n\n"},
              {"From a Mon Jan 1\nA: b\n\nx", "A: b\n", "\nx"},
              {"From a Mon Jan 1\n\nx", "", "\nx"},
              {"From a", "", ""},
              {"A: b\rBcc: c\n\nx\ry", "A: b Bcc: c\n", "\nx y"},
              {"A: b\n", "A: b\n", ""},
              {"A: b", "A: b", ""},
              {"", "", ""}};
  for (const auto& row : rows) {
    const auto parts = split(row.text);
    EXPECT_EQ(parts.head, row.head) << row.text;
    EXPECT_EQ(parts.rest, row.rest) << row.text;
  }
}

TEST(Submit, ACrIsJudgedByWhatComesAfterIt) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const fs::Fd reading(ends[0]);
  fs::Fd writing(ends[1]);
  ASSERT_TRUE(fs::write_all(writing.get(), "A: b\n\nabc\r"));
  serve::Handed message(reading.get());
  std::string rest;
  EXPECT_EQ(serve::read_header(message, rest).value(), "A: b\n");
  EXPECT_EQ(rest, "\nabc\r");
}

}  // namespace
}  // namespace submit_test
