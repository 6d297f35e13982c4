#include "smtp/aliases.hpp"

#include <gtest/gtest.h>

namespace aliases_test {
namespace {

base::Result<std::string> no_file(const std::string& path) {
  return base::fail(base::Exit::no_input, path + ": not there");
}

std::string shown(const smtp::Aliases& aliases, std::string_view key) {
  const auto* targets = aliases.find(key);
  if (targets == nullptr) return "-";
  std::string out;
  for (const auto& target : targets->addresses) out += smtp::to_string(target) + ";";
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

TEST(Aliases, ProgramsAndFilesHaveNamesForTheQueue) {
  const auto parse = [](const char* text) { return smtp::Aliases::parse(text, "a", no_file).value(); };
  const auto aliases =
      parse("Bugs@x.test: \"|/bin/log -x 'a, b'\", /var/log/bugs, /var/bugs/, alice\nb: alice\n");
  const auto* bugs = aliases.find("bugs@x.test");
  ASSERT_NE(bugs, nullptr);
  EXPECT_EQ(bugs->addresses.size(), 1u);
  ASSERT_EQ(bugs->places.size(), 3u);
  const auto& program = bugs->places[0];
  EXPECT_TRUE(program.name.starts_with("|bugs%x.test:")) << program.name;
  EXPECT_EQ(program.name.find('@'), std::string::npos);
  EXPECT_EQ(program.target.command, (std::vector<std::string>{"/bin/log", "-x", "a, b"}));
  EXPECT_EQ(bugs->places[1].target.kind, smtp::Target::Kind::mbox);
  EXPECT_EQ(bugs->places[2].target.kind, smtp::Target::Kind::maildir);
  for (const auto& place : bugs->places) EXPECT_NE(aliases.find_place(place.name), nullptr);
  EXPECT_EQ(aliases.find_place("|bugs%x.test:0123456789abcdef"), nullptr);
  // Another program is another name, also for another alias.
  EXPECT_EQ(parse("Bugs@x.test: |/bin/other\n").find_place(program.name), nullptr);
  EXPECT_TRUE(aliases.has_places());
  EXPECT_FALSE(parse("b: alice\n").has_places());
}

TEST(Aliases, AnIncludedFileStartsNoProgram) {
  const auto include = [](const std::string&) -> base::Result<std::string> {
    return std::string("a\n|/bin/x\n");
  };
  EXPECT_EQ(smtp::Aliases::parse("l: :include:/list\n", "a", include).error().what,
            "/list:2: an included file names no programs and files");
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
              {"a: b c", "a:1: 'b c' is no address"},
              {"a: \"\\/x\"", "a:1: '\"\\\\/x\"' is a program or file, and no address"},
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
}  // namespace aliases_test
