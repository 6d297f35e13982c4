#include "serve/submit.hpp"

#include <gtest/gtest.h>

#include "talk.hpp"

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
  out.head = serve::read_header(reading.get(), out.rest).value();
  return out;
}

TEST(Submit, TheHeaderEndsAtTheEmptyLine) {
  const struct {
    const char* text;
    const char* head;
    const char* rest;
  } rows[] = {{"A: b\n\nbody", "A: b\n", "\nbody"},
              {"A: b\r\n\r\nbody", "A: b\n", "\nbody"},
              {"\nbody", "", "\nbody"},
              {"A: b\n", "A: b\n", ""},
              {"A: b", "A: b", ""},
              {"", "", ""}};
  for (const auto& row : rows) {
    const auto parts = split(row.text);
    EXPECT_EQ(parts.head, row.head) << row.text;
    EXPECT_EQ(parts.rest, row.rest) << row.text;
  }
}

}  // namespace
