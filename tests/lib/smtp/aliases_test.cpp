#include "smtp/aliases.hpp"

#include <gtest/gtest.h>

namespace {

base::Result<std::string> no_file(const std::string& path) {
  return base::fail(base::Exit::no_input, path + ": not there");
}

std::string shown(const smtp::Aliases& aliases, std::string_view key) {
  const auto* targets = aliases.find(key);
  if (targets == nullptr) return "-";
  std::string out;
  for (const auto& target : *targets) out += smtp::to_string(target) + ";";
  return out;
}

TEST(Aliases, ReadsNamesTargetsAndLinesThatGoOn) {
  const auto aliases = smtp::Aliases::parse(
                           "# who gets what\n"
                           "Info: alice, bob@Far.Test\n"
                           "\n"
                           "team :alice,\n"
                           "  # a comment in between\n"
                           "\tbob ,\n"
                           " carol@far.test\n"
                           "@example.test: alice\n"
                           "sales@example.test: \"a, b\"@far.test\n"
                           "\"two words\": alice, alice",
                           "a", no_file)
                           .value();
  const struct {
    const char* key;
    const char* wanted;
  } rows[] = {{"info", "alice;bob@far.test;"},
              {"team", "alice;bob;carol@far.test;"},
              {"@example.test", "alice;"},
              {"sales@example.test", "\"a, b\"@far.test;"},
              {"two words", "alice;"},
              {"sales", "-"},
              {"Info", "-"}};
  for (const auto& row : rows) EXPECT_EQ(shown(aliases, row.key), row.wanted) << row.key;
}

TEST(Aliases, IncludesOneFileDeep) {
  const auto include = [](const std::string& path) -> base::Result<std::string> {
    if (path == "/list") return std::string("# members\nalice\nbob, x@far.test\n");
    if (path == "/deep") return std::string("alice\n:include:/list\n");
    return base::fail(base::Exit::no_input, path + ": not there");
  };
  const auto parse = [&](const char* text) { return smtp::Aliases::parse(text, "a", include); };
  EXPECT_EQ(shown(parse("l: :include:/list, c\n").value(), "l"), "alice;bob;x@far.test;c;");
  EXPECT_EQ(parse("l: :include:/none\n").error().what, "a:1: /none: not there");
  EXPECT_EQ(parse("l: :include:/deep\n").error().what, "/deep:2: an included file includes no other");
  EXPECT_EQ(parse("l: :include:list\n").error().what, "a:1: :include: needs a path that begins with /");
}

TEST(Aliases, ErrorsNameTheLine) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {{"alice", "a:1: not 'name: target, target'"},
              {"  a: b", "a:1: not 'name: target, target'"},
              {"\n#\na:", "a:3: no target"},
              {"a: , ,", "a:1: no target"},
              {"a: b\nA: c", "a:2: 'a' a second time"},
              {"a: |/bin/sh", "a:1: '|/bin/sh' is a program; aliases start none"},
              {"a: \"|x -y\"", "a:1: '\"|x -y\"' is a program; aliases start none"},
              {"a: /var/mail/a", "a:1: '/var/mail/a' is a file; aliases write to none"},
              {"a: b c", "a:1: 'b c' is no address"},
              {"a: <b@c>", "a:1: '<b@c>' is no address"},
              {"a b: c", "a:1: 'a b' is no local name"},
              {": c", "a:1: '' is no local name"}};
  for (const auto& row : rows) {
    const auto parsed = smtp::Aliases::parse(row.text, "a", no_file);
    ASSERT_FALSE(parsed) << row.text;
    EXPECT_EQ(parsed.error().what, row.wanted);
    EXPECT_EQ(parsed.error().code, base::Exit::configuration);
  }
}

}  // namespace
