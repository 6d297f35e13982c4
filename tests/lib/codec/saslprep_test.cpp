#include "codec/saslprep.hpp"

#include <gtest/gtest.h>

namespace saslprep_test {
namespace {

TEST(SaslPrep, ExamplesOfTheStandard) {
  const struct {
    const char* given;
    const char* prepared;
  } rows[] = {{"I\xc2\xadX", "IX"},
              {"user", "user"},
              {"USER", "USER"},
              {"\xc2\xaa", "a"},
              {"\xe2\x85\xa8", "IX"},
              {"a\xc2\xa0"
               "b",
               "a b"},
              {"\xe2\x80\x8b", " "},
              {"e\xcc\x81", "\xc3\xa9"},
              {"p\xef\xbb\xbfw", "pw"}};
  for (const auto& row : rows) EXPECT_EQ(codec::saslprep(row.given).value(), row.prepared) << row.given;
}

TEST(SaslPrep, WhatIsRefused) {
  for (const char* given : {"", "\x07", "\xc2\xad", "\xff", "a\xc3", "a\x7f"})
    EXPECT_EQ(codec::saslprep(given).error().code, base::Exit::data) << given;
}

}  // namespace
}  // namespace saslprep_test
