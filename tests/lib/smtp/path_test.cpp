#include "smtp/path.hpp"

#include <gtest/gtest.h>

namespace path_test {
namespace {

TEST(Path, ReadsWhatTheRfcAllows) {
  struct Case {
    std::string_view text;
    smtp::Path path;
    std::string_view rest;
  };
  const Case cases[] = {
      {"<>", {"", ""}, ""},
      {"<a@B.Test> SIZE=1", {"a", "b.test"}, " SIZE=1"},
      {"<a.b+c@d>", {"a.b+c", "d"}, ""},
      {"<@x,@y.z:a@b>", {"a", "b"}, ""},
      {"<\"a b\\\"@\"@c>", {"\"a b\\\"@\"", "c"}, ""},
      {"<\"bob\"@c>", {"bob", "c"}, ""},
      {"<\"b\\o.b\"@c>", {"bo.b", "c"}, ""},
      {"<\"b..b\"@c>", {"\"b..b\"", "c"}, ""},
      {"<\"\"@c>", {"\"\"", "c"}, ""},
      {"<a@[192.0.2.1]>", {"a", "[192.0.2.1]"}, ""},
      {"<a@[IPv6:2001:db8::1]>", {"a", "[ipv6:2001:db8::1]"}, ""},
      {"<PostMaster>", {"PostMaster", ""}, ""},
      {"<taro..y.@b>", {"\"taro..y.\"", "b"}, ""},
      {"<\"t\\aro..y.\"@b>", {"\"taro..y.\"", "b"}, ""},
      {"<\"a\\ \\b\\\\\"@b>", {"\"a b\\\\\"", "b"}, ""},
      {"<\"taro..y.\"@b>", {"\"taro..y.\"", "b"}, ""},
      {"<.a@b>", {"\".a\"", "b"}, ""},
      {"<\"a.\"@b>", {"\"a.\"", "b"}, ""},
      {"<a@web_01.b>", {"a", "web_01.b"}, ""},
      {"<a@B.Test.>", {"a", "b.test"}, ""},
      {"a@b.test SIZE=1", {"a", "b.test"}, " SIZE=1"},
      {"@x:a@b", {"a", "b"}, ""},
      {"postmaster", {"postmaster", ""}, ""},
  };
  for (const auto& c : cases) {
    auto text = c.text;
    const auto path = smtp::take_path(text);
    ASSERT_TRUE(path) << c.text << ": " << path.error().what;
    EXPECT_EQ(*path, c.path) << c.text;
    EXPECT_EQ(text, c.rest) << c.text;
  }
}

TEST(Path, DotsBeyondAsciiAreDots) {
  const std::string dot = "\xe3\x80\x82";  // U+3002
  EXPECT_EQ(smtp::parse_path("a@b" + dot + "test").value().domain, "b.test");
  EXPECT_EQ(smtp::parse_path("a@b.test" + dot).value().domain, "b.test");
  for (const auto& domain : {dot + "b", "b" + dot + dot + "c", "b." + dot, dot})
    EXPECT_FALSE(smtp::parse_path("a@" + domain)) << domain;
}

TEST(Path, AnAddressIsReadAsAWhole) {
  EXPECT_EQ(smtp::parse_path("a@B.Test").value(), (smtp::Path{"a", "b.test"}));
  EXPECT_TRUE(smtp::parse_path("").value().null());
  for (const char* text : {"a", "<a@b>", "a@b> x", "a@b ", " a@b", "@b", "a@b>"})
    EXPECT_EQ(smtp::parse_path(text).error().what, "'" + std::string(text) + "' is not an address");
  EXPECT_EQ(smtp::parse_mailbox("a@b").value(), (smtp::Path{"a", "b"}));
  EXPECT_EQ(smtp::parse_mailbox("postmaster").value(), (smtp::Path{"postmaster", ""}));
  EXPECT_EQ(smtp::parse_mailbox("\"a b\"").value(), (smtp::Path{"\"a b\"", ""}));
  for (const char* text : {"", "a b", "a@", "<a>"})
    EXPECT_EQ(smtp::parse_mailbox(text).error().what, "'" + std::string(text) + "' is not an address");
}

TEST(Path, NoNameIsDigitsAtItsEnd) {
  for (const char* domain : {"b.test", "1.b", "[192.0.2.1]", "4b"})
    EXPECT_TRUE((smtp::Path{"a", domain}.could_be_reached())) << domain;
  for (const char* domain : {"1.2.3.4", "b.123", "7"})
    EXPECT_FALSE((smtp::Path{"a", domain}.could_be_reached())) << domain;
}

TEST(Path, RefusesTheRest) {
  const std::string long_path = "<" + std::string(253, 'a') + "@b>";
  const std::string long_label = "<a@b." + std::string(64, 'c') + ".d>";
  const std::string long_domain = "<a@" + std::string(256, 'b') + ">";
  for (const std::string_view text : {"",
                                      "a",
                                      "a@b>",
                                      "a@b,c@d",
                                      "a@",
                                      " SIZE=1",
                                      "<a@b",
                                      "<a>",
                                      "<@b>",
                                      "<a@>",
                                      "<.@b>",
                                      "<..@b>",
                                      "<a@b..c>",
                                      "<a@b..>",
                                      "<a@.>",
                                      "<a@-b>",
                                      "<a@b->",
                                      "<a b@c>",
                                      "<a@b c>",
                                      "<a@b@c>",
                                      "<\"a@b>",
                                      "<a@[>",
                                      "<a@[]>",
                                      "<a@[192.0.2.256]>",
                                      "<a@[192.0.2]>",
                                      "<a@[2001:db8::1]>",
                                      "<a@[IPv6:192.0.2.1]>",
                                      "<a@[IPv6:zz]>",
                                      "<a@[x:y]>",
                                      long_label.c_str(),
                                      "<@a:>",
                                      "<@a@b>",
                                      "<a\x80@b>",
                                      "< a@b>",
                                      "<a@b>>x<",
                                      long_path.c_str(),
                                      long_domain.c_str()}) {
    auto rest = text;
    const auto path = smtp::take_path(rest);
    EXPECT_TRUE(!path || !rest.empty()) << text;
  }
}

TEST(Path, ALocalPartMayBeAsLongAsThePath) {
  for (const std::size_t octets : {64u, 65u, 252u}) {
    const auto local = std::string(octets, 'a');
    EXPECT_EQ(smtp::parse_path(local + "@b").value().local, local);
  }
}

TEST(Path, WhatIsTakenCanBeReadAgain) {
  const std::string cyrillic = "\xd0\xb6";
  std::string many = "@";
  for (int i = 0; i < 28; ++i) many += cyrillic + ".";
  for (const auto& [text, fits] : std::vector<std::pair<std::string, bool>>{
           {std::string(252, 'a') + "@b", true},
           {std::string(253, 'a') + "@b", false},
           {"." + std::string(249, 'a') + "@b", true},
           {"." + std::string(250, 'a') + "@b", false},
           {std::string(160, 'a') + many + "test", false},
       }) {
    std::string_view rest = text;
    const auto path = smtp::take_path(rest);
    EXPECT_EQ(path.has_value(), fits) << text;
    if (path) {
      EXPECT_EQ(smtp::parse_path(smtp::to_string(*path)).value(), *path);
    }
  }
}

TEST(Path, AMailboxHasOneForm) {
  const std::pair<const char*, const char*> rows[] = {
      {R"("a b"@x.test)", R"("a b"@x.test)"},      {R"("a\ \b"@x.test)", R"("a b"@x.test)"},
      {R"("\a\.b"@x.test)", "a.b@x.test"},         {R"("a..b"@x.test)", R"("a..b"@x.test)"},
      {"a..b@x.test", R"("a..b"@x.test)"},         {R"("a\..b"@x.test)", R"("a..b"@x.test)"},
      {R"("a\"\\b"@x.test)", R"("a\"\\b"@x.test)"}};
  for (const auto& [text, form] : rows) {
    EXPECT_EQ(smtp::to_string(smtp::parse_path(text).value()), form) << text;
    EXPECT_EQ(smtp::to_string(smtp::parse_path(form).value()), form) << text;
  }
}

TEST(Path, TheDomainStandsBehindTheLastAt) {
  EXPECT_EQ(smtp::domain_of("a@b.test"), "b.test");
  EXPECT_EQ(smtp::domain_of("\"a@b\"@c.test"), "c.test");
  EXPECT_EQ(smtp::domain_of("postmaster"), "");
  EXPECT_EQ(smtp::domain_of("a@"), "");
}

}  // namespace
}  // namespace path_test
