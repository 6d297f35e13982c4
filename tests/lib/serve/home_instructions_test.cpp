#include "serve/home_instructions.hpp"

#include "posted.hpp"

namespace home_instructions_test {
namespace {

using Names = std::vector<std::string>;

TEST(HomeInstructions, NamesForAnExtension) {
  EXPECT_EQ(serve::instruction_names(""), (Names{".forward", ".qmail"}));
  EXPECT_EQ(serve::instruction_names("a-b.c"), (Names{".forward+a-b.c", ".qmail-a-b:c", ".qmail-a-default",
                                                      ".qmail-default", ".forward", ".qmail"}));
  for (const std::string bad : {"a/b", "../x", "a b", "a\n", "\xc3\xa4"})
    EXPECT_EQ(serve::instruction_names(bad).size(), 2u) << bad;
  EXPECT_EQ(serve::instruction_names(std::string(64, 'a')).size(), 5u);
  EXPECT_EQ(serve::instruction_names(std::string(65, 'a')).size(), 2u);
}

TEST(HomeInstructions, ExtensionsOfARecipient) {
  const struct {
    const char* recipient;
    const char* wanted;
  } rows[] = {{"bob@x", ""},     {"bob", ""},        {"BOB+Lists@x", "lists"}, {"bob-a+b@x", "a+b"},
              {"bobby+a@x", ""}, {"info@x", ""},     {"\"bob+a b\"@x", "a b"}, {"bob+@x", ""},
              {"bob=a@x", ""},   {"carol+bob@x", ""}};
  for (const auto& row : rows)
    EXPECT_EQ(serve::extension_of(row.recipient, "bob", "+-"), row.wanted) << row.recipient;
}

TEST(HomeInstructions, TheFirstFileThatIsThereCounts) {
  Posted posted;
  const auto& home = posted.home.path();
  EXPECT_FALSE(serve::has_instructions(home, "x"));
  // Who reads is this process.
  const auto put = [&](const std::string& name, const std::string& text) {
    posted.put(name, text);
    EXPECT_EQ(chown((home + "/" + name).c_str(), geteuid(), getegid()), 0);
  };
  ASSERT_EQ(chown(home.c_str(), geteuid(), getegid()), 0);
  EXPECT_EQ(serve::read_instructions(home, "x").value().name, "");
  put(".qmail", "&a");
  EXPECT_TRUE(serve::has_instructions(home, "x"));
  put(".forward", "a, b");
  put(".qmail-x", "");
  EXPECT_EQ(serve::read_instructions(home, "").value().targets.size(), 2u);
  const auto own = serve::read_instructions(home, "x").value();
  EXPECT_EQ(own.name, ".qmail-x");
  EXPECT_TRUE(own.targets.empty());
  put(".forward", "a b");
  EXPECT_EQ(serve::read_instructions(home, "").error().code, base::Exit::temporary);
}

TEST(HomeInstructions, WhatOthersCouldHaveWrittenIsRefused) {
  Posted posted;
  const auto& home = posted.home.path();
  const auto file = home + "/.forward";
  ASSERT_EQ(chown(home.c_str(), geteuid(), getegid()), 0);
  std::ofstream(file) << "a\n";
  const auto refused = [&] {
    return serve::read_instructions(home, "").error().code == base::Exit::temporary;
  };
  ASSERT_EQ(chmod(file.c_str(), 0620), 0);
  EXPECT_TRUE(refused());
  ASSERT_EQ(chmod(file.c_str(), 0602), 0);
  EXPECT_TRUE(refused());
  ASSERT_EQ(chmod(file.c_str(), 0644), 0);
  EXPECT_TRUE(serve::read_instructions(home, ""));
  for (const mode_t mode : {0720, 0702, 01700}) {
    ASSERT_EQ(chmod(home.c_str(), mode), 0);
    EXPECT_TRUE(refused()) << mode;
  }
  ASSERT_EQ(chmod(home.c_str(), 0755), 0);
  ASSERT_EQ(link(file.c_str(), (home + "/other").c_str()), 0);
  EXPECT_TRUE(refused());
  ASSERT_EQ(unlink(file.c_str()), 0);
  ASSERT_EQ(symlink("other", file.c_str()), 0);
  EXPECT_TRUE(refused());
  EXPECT_TRUE(serve::has_instructions(home, ""));
  EXPECT_EQ(serve::check_home(home + "/other").error().code, base::Exit::os);
  EXPECT_EQ(serve::check_home(home + "/none").error().code, base::Exit::no_input);
}

}  // namespace
}  // namespace home_instructions_test
