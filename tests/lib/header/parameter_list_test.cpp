#include "header/parameter_list.hpp"

#include <gtest/gtest.h>

#include "show_defects.hpp"

namespace parameter_list_test {
namespace {

std::string show_list(const header::RawParameters& list) {
  std::string out;
  for (const auto& [name, value] : list) out += (out.empty() ? "" : " ") + name + "=[" + value + "]";
  return out;
}

TEST(ParameterList, Table) {
  const struct {
    const char* text;
    const char* wanted;
    const char* defects;
  } rows[] = {
      {"; a=b", "a=[b]", ""},
      {";a=b;c=\"d e\"", "a=[b] c=[d e]", ""},
      {"; A (x) = (y) b (z)", "a=[b]", ""},
      {"; a=\"b\\\"c\\\\\"", "a=[b\"c\\]", ""},
      {"; a=\"\"", "a=[]", ""},
      {"; a=b;", "a=[b]", "empty-parameter@5"},
      {";; a=b", "a=[b]", "empty-parameter@1"},
      {" a=b", "a=[b]", "missing-semicolon@0"},
      {"; a=b c=d", "a=[b] c=[d]", "missing-semicolon@6"},
      {"; a; c=d", "c=[d]", "missing-value@2"},
      {"; =b", "", "missing-value@2"},
      {"; a=", "a=[]", "unquoted-value@4"},
      {"; a=b/c", "a=[b/c]", "unquoted-value@4"},
      {"; name=my new name; a=b", "name=[my new name] a=[b]", "unquoted-value@7"},
      {"; name=my a=b", "name=[my] a=[b]", "missing-semicolon@10"},
      {"; a=\"b", "a=[b]", "open-quote@4"},
      {"; a=\"b\"/c; d=e", "a=[b] d=[e]", "text-after-value@7 missing-semicolon@7 missing-value@7"},
      {"; a=(b", "a=[]", "open-comment@4 unquoted-value@6"},
      {"", "", ""},
  };
  for (const auto& row : rows) {
    base::Scanner in(row.text);
    base::Defects defects;
    EXPECT_EQ(show_list(header::take_parameters(in, 1000, &defects)), row.wanted) << row.text;
    EXPECT_EQ(show(defects), row.defects) << row.text;
  }
}

TEST(ParameterList, SaysWhatItLeavesOut) {
  base::Scanner in("; a=b; c=d; e=f");
  base::Defects defects;
  EXPECT_EQ(header::take_parameters(in, 2, &defects).size(), 2u);
  EXPECT_EQ(show(defects), "too-many-parameters@10");
}

}  // namespace
}  // namespace parameter_list_test
