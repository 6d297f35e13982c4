#include "header/parameter_check.hpp"

#include <gtest/gtest.h>

#include "header/parameter_list.hpp"
#include "show_defects.hpp"

namespace parameter_check_test {
namespace {

TEST(ParameterCheck, Table) {
  const struct {
    const char* text;
    const char* defects;
  } rows[] = {
      {"; filename*=utf-8'en'a%20b.pdf", ""},
      {"; filename*0*=utf-8''a; filename*1=b; filename*2*=%20", ""},
      {"; filename*2=c; filename*0=a; filename*1=b", ""},
      {"; filename=a.pdf; filename*=utf-8''%C3%A9.pdf", ""},
      {"; a=b; A=c", "duplicate-parameter@7"},
      {"; a*0=b; a*0*=utf-8''c", "duplicate-parameter@9"},
      {"; a=\"=?utf-8?q?b?=\"", "word-in-parameter@2"},
      {"; a=\"\xC3\xA9\"", "raw-parameter@2"},
      {"; a*0=b; a*2=c", "missing-piece@9"},
      {"; a*1=b", "missing-piece@2"},
      {"; a*x=b", "bad-piece-number@2"},
      {"; a*01=b; a*0=c", "bad-piece-number@2"},
      {"; a*1001=b", "bad-piece-number@2"},
      {"; a*=b%20c", "missing-charset@2"},
      {"; a*=''b%20c", "missing-charset@2"},
      {"; a*0=b; a*1*=%20", "missing-charset@9"},
      {"; a*=klingon''b", "unknown-parameter-charset@2"},
      {"; a*0*=utf-8''b%20; a*1*=utf-8''c%20", "repeated-charset@20"},
      {"; a*=utf-8''100%", "bad-percent@2"},
      {"; a*=utf-8''%C3%4", "bad-percent@2"},
      {"; a=utf-8''b%20c", "missing-star@2"},
      {"; a*0=utf-8''b%20; a*1=c", "missing-star@2"},
      {"; filename=a.txt; filename*=utf-8''a.exe", "two-kinds-of-file@18"},
      {"; filename*0=a.e; filename*1=xe; filename=a.txt", "two-kinds-of-file@2"},
  };
  for (const auto& row : rows) {
    base::Scanner in(row.text);
    base::Defects defects;
    header::take_parameters(in, 1000, &defects);
    std::string relevant;
    // Raw values need quotes as well, which is another test's matter.
    for (const auto& one : defects.list()) {
      base::Defects single;
      single.add(*one.rule, one.offset);
      if (one.rule != &header::unquoted_value) relevant += (relevant.empty() ? "" : " ") + show(single);
    }
    EXPECT_EQ(relevant, row.defects) << row.text;
  }
}

TEST(ParameterCheck, WhatLooksExtended) {
  EXPECT_TRUE(header::looks_extended("utf-8''a%20b"));
  EXPECT_TRUE(header::looks_extended("ISO-8859-1'en-us'%E9"));
  for (const char* text : {"", "utf-8''ab", "''a%20b", "it's 5% o'clock %20", "klingon''a%20b",
                           "utf-8'a b'%20", "utf-8'%20", "utf-8''%2"}) {
    EXPECT_FALSE(header::looks_extended(text)) << text;
  }
}

}  // namespace
}  // namespace parameter_check_test
