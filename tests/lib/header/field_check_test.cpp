#include "header/field_check.hpp"

#include <gtest/gtest.h>

#include "show_defects.hpp"

namespace field_check_test {
namespace {

TEST(FieldCheck, Table) {
  const std::string wide(999, 'x');
  const struct {
    std::string text;
    const char* defects;
  } rows[] = {
      {"A: b\r\n c\r\n", ""},
      {"A:\n", ""},
      {"A\tb: c\n", "not-a-field@10"},
      {"nonsense\n", "not-a-field@10"},
      {"A : b\n", "blank-before-colon@11"},
      {"A: b\n " + wide.substr(1) + "\n", "long-line@15"},
      {"A: b\n" + std::string(" ") + wide.substr(2) + "\n", ""},
      {"A: b\n \n c\n\t\n", "blank-fold@15"},
      {std::string("A: b\0c\0", 7), "header-nul@14"},
      {"A: b\rc\r\n", "header-bare-cr@14"},
      {"A: b\r", "header-bare-cr@14"},
      {"A: b\x7f\n", "header-control@14"},
      {"A: b\tc\n", ""},
      {"A: \xC3\xA9\n", "raw-utf8@13"},
      {"A: \xE9\n", "raw-8bit@13"},
  };
  for (const auto& row : rows) {
    std::string_view rest = row.text;
    base::Defects defects;
    header::check_field(*header::take_field(rest), 10, defects);
    EXPECT_EQ(show(defects), row.defects) << row.text.substr(0, 40);
  }
}

TEST(FieldCheck, TheLineOfAMailboxStandsFirst) {
  std::string_view rest = "From joe Mon Jan  1 00:00:00 2000\n";
  const auto field = *header::take_field(rest);
  base::Defects first;
  header::check_field(field, 0, first);
  EXPECT_EQ(show(first), "mbox-line@0");
  base::Defects later;
  header::check_field(field, 5, later);
  EXPECT_EQ(show(later), "not-a-field@5");
}

}  // namespace
}  // namespace field_check_test
