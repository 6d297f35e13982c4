#include "header/address.hpp"

#include <gtest/gtest.h>

namespace {

using header::Address;
using Kind = Address::Kind;

std::string show(const std::vector<Address>& addresses) {
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
  for (const auto& row : rows) EXPECT_EQ(show(header::parse_addresses(row.text)), row.wanted) << row.text;
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
