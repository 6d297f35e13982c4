#include "header/address.hpp"

#include <gtest/gtest.h>

#include "show_defects.hpp"

namespace address_test {
namespace {

using header::Address;
using Kind = Address::Kind;

std::string show_all(const std::vector<Address>& addresses) {
  std::string out;
  for (const auto& one : addresses) {
    if (!out.empty()) out += " | ";
    if (one.kind == Kind::group_start) out += "{" + one.name;
    if (one.kind == Kind::group_end) out += "}";
    if (one.kind == Kind::mailbox)
      out +=
          one.name + " <" + one.route + (one.route.empty() ? "" : ":") + one.local + "@" + one.domain + ">";
  }
  return out;
}

TEST(Address, Table) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {
      {"a@b.test", " <a@b.test>"},
      {"<a@b.test>", " <a@b.test>"},
      {"Alice <a@b.test>", "Alice <a@b.test>"},
      {"\"Smith, Alice\" <a@b.test>, bob@c.test", "Smith, Alice <a@b.test> |  <bob@c.test>"},
      {"Alice B. Cooper <a@b.test>", "Alice B. Cooper <a@b.test>"},
      {"a@b.test (Alice (the one))", "Alice (the one) <a@b.test>"},
      {"=?utf-8?q?J=C3=B6rg?= <j@b.test>", "=?utf-8?q?J=C3=B6rg?= <j@b.test>"},
      {"Friends: a@b.test, c@d.test;", "{Friends |  <a@b.test> |  <c@d.test> | }"},
      {"Undisclosed recipients:;", "{Undisclosed recipients | }"},
      {"Open: a@b.test", "{Open |  <a@b.test> | }"},
      {"<@x.test,@y.test:a@b.test>", " <@x.test,@y.test:a@b.test>"},
      {"\"a b\"@c.test", " <a b@c.test>"},
      {"a . b @ c . test", " <a.b@c.test>"},
      {"a@[192.0.2.1]", " <a@[192.0.2.1]>"},
      {"root", " <root@>"},
      {"<>", " <@>"},
      {", ,a@b.test,,", " <a@b.test>"},
      {"\"never ends <a@b.test>", " <never ends <a@b.test>@>"},
      {"Alice <a@b.test", "Alice <a@b.test>"},
      {"\"q\\\"q\" <a@b.test>", "q\"q <a@b.test>"},
      {"Alice\r\n <a@b.test>", "Alice <a@b.test>"},
      {"", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(show_all(header::parse_addresses(row.text)), row.wanted) << row.text;
}

TEST(Address, WrongForms) {
  const struct {
    const char* text;
    const char* wanted;
    const char* defects;
  } rows[] = {
      {"a@b.test c@d.test", " <a@b.test> |  <c@d.test>", "missing-comma@10"},
      {"<a@b.test> <c@d.test>", " <a@b.test> |  <c@d.test>", "missing-comma@11"},
      {"A <a@b.test> C <c@d.test>", "A <a@b.test> | C <c@d.test>", "missing-comma@15"},
      {"a@b.test John Doe", "John Doe <a@b.test>", "words-after-address@0"},
      {"x@y.test, <a@b.test> John", " <x@y.test> | John <a@b.test>", "words-after-address@10"},
      {"John Doe a@b.test", "John Doe <a@b.test>", "missing-angle@0"},
      {"a@b.test <c@d.test>", "a@b.test <c@d.test>", "address-as-name@0"},
      {"a@b@c.test", " <a@b@c.test>", "two-ats@3"},
      {"<a@b@c.test>", " <a@b@c.test>", "two-ats@0"},
      {"<a@b.test, <c@d.test>", " <a@b.test> |  <c@d.test>", "open-angle@0"},
      {"<a@b.test <c@d.test>", " <a@b.test> |  <c@d.test>",
       "open-angle@0 missing-comma@10 blank-in-address@0"},
      {"<a@b.test", " <a@b.test>", "open-angle@0"},
      {"<@x.test:a@b.test>", " <@x.test:a@b.test>", "source-route@0"},
      {"a . b @ c . test", " <a.b@c.test>", "blank-in-address@0"},
      {"A <a@ b.test>", "A <a@b.test>", "blank-in-address@0"},
      {"a@b.test,, c@d.test", " <a@b.test> |  <c@d.test>", "empty-element@9"},
      {"A: a@b.test", "{A |  <a@b.test> | }", "open-group@11"},
      {"A: B: a@b.test;", "{A | B <a@b.test> | }", "nested-group@4 missing-angle@3"},
      {"a@b.test;", " <a@b.test>", "stray-semicolon@8"},
      {"a@b.test, joe", " <a@b.test> |  <joe@>", "missing-domain@10"},
      {"@b.test", " <@b.test>", "missing-local@0"},
      {"<>", " <@>", "missing-local@0"},
      {"a..b@c.test", " <a..b@c.test>", "bad-dots@0"},
      {"a@[192.0.2.1", " <a@[192.0.2.1>", "open-literal@2"},
      {"\"a <b@c.test>", " <a <b@c.test>@>", "open-quote@0 missing-domain@0"},
      {"a@\"b\".test", " <a@b.test>", ""},
      {"a@\"b c\"", " <a@b c>", "bad-domain@0"},
      {"a@b\x01.test", " <a@b\x01.test>", "bad-domain@0"},
      {"a@[IPv6:::1\r\n]", " <a@[IPv6:::1]>", ""},
      {"<a@b.test\\x>", " <a@b.test\\x>", "bad-domain@0"},
      {"a@b.test (x", "x <a@b.test>", "open-comment@9"},
      {"", "", "no-address@0"},
      {" (x) ", "", "no-address@0"},
  };
  for (const auto& row : rows) {
    base::Defects defects;
    EXPECT_EQ(show_all(header::parse_addresses(row.text, 100, &defects)), row.wanted) << row.text;
    EXPECT_EQ(show(defects), row.defects) << row.text;
  }
}

TEST(Address, CommentsAreKept) {
  const auto list =
      header::parse_addresses("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>, G(x):;");
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].name, "Pete");
  EXPECT_EQ(list[0].comment, "A nice ) chap his account his host");
  EXPECT_EQ(list[1].comment, "x");
  EXPECT_EQ(header::parse_addresses("NO (not allowed)")[0].name, "not allowed");
}

TEST(Address, OnlyWhoShowsThemStopsAtALimit) {
  std::string list;
  for (int i = 0; i < 10'001; ++i) list += "a@b,";
  base::Defects defects;
  EXPECT_EQ(header::parse_addresses(list, 10'000, &defects).size(), 10'000u);
  EXPECT_EQ(show(defects), "too-many-addresses@40000");
  EXPECT_EQ(header::parse_addresses(list, SIZE_MAX).size(), 10'001u);
}

TEST(Address, HasALimit) {
  EXPECT_EQ(header::parse_addresses("a@b,c@d,e@f", 2).size(), 2u);
}

TEST(Address, MailboxesAreQuotedWhereTheyMustBe) {
  EXPECT_EQ(header::to_mailbox({Kind::mailbox, "", "", "a.b", "c.test"}), "a.b@c.test");
  EXPECT_EQ(header::to_mailbox({Kind::mailbox, "", "", "a b", "c.test"}), "\"a b\"@c.test");
  EXPECT_EQ(header::to_mailbox({Kind::mailbox, "", "", "a\"b", "c.test"}), "\"a\\\"b\"@c.test");
  EXPECT_EQ(header::to_mailbox({Kind::mailbox, "", "", "root", ""}), "root");
  EXPECT_EQ(header::to_mailbox({Kind::group_end, "", "", "", ""}), "");
}

}  // namespace
}  // namespace address_test
