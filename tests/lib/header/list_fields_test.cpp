#include "header/list_fields.hpp"

#include <gtest/gtest.h>

namespace list_fields_test {
namespace {

header::ListFields team() {
  header::ListFields out;
  out.address = "Team@example.test";
  out.owner = "owner-team@example.test";
  return out;
}

TEST(ListFields, WithNothingSaidTheOwnerIsAsked) {
  EXPECT_EQ(header::write_list_fields(team()),
            "List-Id: <team.example.test>\n"
            "List-Post: <mailto:Team@example.test>\n"
            "List-Help: <mailto:owner-team@example.test?subject=help%20Team@example.test>\n"
            "List-Subscribe:\n <mailto:owner-team@example.test?subject=subscribe%20Team@example.test>\n"
            "List-Unsubscribe:\n <mailto:owner-team@example.test?subject=unsubscribe%20Team@example.test>\n"
            "List-Owner: <mailto:owner-team@example.test>\n");
}

TEST(ListFields, WhatIsSaidIsWritten) {
  auto list = team();
  list.description = "Rudern am Dienstag, f\xc3\xbcr alle";
  list.help = "https://example.test/help";
  list.subscribe = "https://example.test/in";
  list.unsubscribe = "https://example.test/out";
  list.archive = "https://example.test/archive";
  list.closed = true;
  const auto text = header::write_list_fields(list);
  EXPECT_TRUE(text.starts_with("List-Id: =?UTF-8?")) << text;
  EXPECT_EQ(header::parse_list_id(header::parse_fields(text).at(0).body), "team.example.test");
  for (const char* part :
       {"List-Post: NO (", "List-Help: <https://example.test/help>\n",
        "List-Subscribe: <https://example.test/in>\n", "List-Unsubscribe: <https://example.test/out>\n",
        "List-Archive: <https://example.test/archive>\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part << text;
}

TEST(ListFields, Identifiers) {
  const struct {
    const char* address;
    const char* wanted;
  } rows[] = {{"team@example.test", "team.example.test"},
              {"A.Team@Example.Test", "a.team.example.test"},
              {"\"a b\"@example.test", "-a-b-.example.test"},
              {"a<b>@x.test", "a-b-.x.test"},
              {"..a@x.test", "a.x.test"}};
  for (const auto& row : rows) EXPECT_EQ(header::list_id_of(row.address), row.wanted) << row.address;
}

TEST(ListFields, IdentifiersAreRead) {
  const struct {
    const char* body;
    const char* wanted;  // null: none
  } rows[] = {{" <team.example.test>", "team.example.test"},
              {" The Team\n <Team.Example.Test>", "team.example.test"},
              {" \"a <b>\" < team.example.test >\n", "team.example.test"},
              {" team.example.test", nullptr},
              {" <>", nullptr},
              {" <team", nullptr},
              {"", nullptr}};
  for (const auto& row : rows) {
    const auto id = header::parse_list_id(row.body);
    EXPECT_EQ(id.has_value(), row.wanted != nullptr) << row.body;
    EXPECT_EQ(id.value_or("none"), row.wanted == nullptr ? "none" : row.wanted);
  }
}

TEST(ListFields, WhatAListReplaces) {
  for (const char* name : {"list-id", "List-Post", "LIST-UNSUBSCRIBE-POST", "Precedence"})
    EXPECT_TRUE(header::is_replaced_by_list(name, false)) << name;
  for (const char* name : {"List-Archive", "Subject", "Listing", ""})
    EXPECT_FALSE(header::is_replaced_by_list(name, false)) << name;
  EXPECT_TRUE(header::is_replaced_by_list("List-Archive", true));
}

TEST(ListFields, RepliesOfPrograms) {
  const struct {
    const char* head;
    bool wanted;
  } rows[] = {{"Auto-Submitted: auto-replied\n", true},
              {"auto-submitted: Auto-Replied; x=y\n", true},
              {"Auto-Submitted: auto-replied (vacation)\n", true},
              {"Auto-Submitted: auto-notified\n", true},
              {"Auto-Submitted: auto-generated\n", false},
              {"Auto-Submitted: no\n", false},
              {"Subject: auto-replied\n", false},
              {"", false}};
  for (const auto& row : rows)
    EXPECT_EQ(header::is_automatic_reply(header::parse_fields(row.head)), row.wanted) << row.head;
}

TEST(ListFields, AddressesInUrls) {
  EXPECT_EQ(header::mailto("a+b@x.test"), "mailto:a+b@x.test");
  EXPECT_EQ(header::mailto("\"a?b&c\"@x.test", "x y"), "mailto:%22a%3Fb%26c%22@x.test?subject=x%20y");
}

}  // namespace
}  // namespace list_fields_test
