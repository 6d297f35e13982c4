#include "smtp/lists.hpp"

#include <gtest/gtest.h>

namespace lists_test {
namespace {

using Post = smtp::ListSettings::Post;

TEST(Lists, WhatIsSaidAndWhatIsNot) {
  const auto lists = smtp::Lists::parse(
                         "# lists\n"
                         "Team  post  members\n"
                         "team  description\tThe rowing team\n"
                         "team poster carol@far.test\n"
                         "team poster alice\n\n"
                         "team archive https://example.test/team/\n"
                         "news@other.test post owner\n"
                         "\"Crew\"@Other.test. post owner\n"
                         "a..b post members\n",
                         "lists")
                         .value();
  const auto& team = lists.find("team");
  EXPECT_EQ(team.post, Post::members);
  EXPECT_EQ(team.description, "The rowing team");
  EXPECT_EQ(team.posters.size(), 2u);
  EXPECT_EQ(team.archive, "https://example.test/team/");
  EXPECT_EQ(team.help, "");
  EXPECT_EQ(lists.find("news@other.test").post, Post::owner);
  EXPECT_EQ(lists.find("other").post, Post::anyone);
  // As the alias is found that it is about.
  EXPECT_EQ(lists.find("crew@other.test").post, Post::owner);
  EXPECT_EQ(lists.find("a..b").post, Post::members);
}

TEST(Lists, WhatIsWrongIsNamedWithItsLine) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {{"\nteam", "lists:2: not 'name setting value'"},
              {"team post", "lists:1: not 'name setting value'"},
              {"team post everybody", "lists:1: post is one of anyone, members, owner"},
              {"team colour red", "lists:1: 'colour' is no setting of a list"},
              {"team archive nowhere", "lists:1: 'nowhere' is no URL"},
              {"team archive https://x/<y>", "lists:1: 'https://x/<y>' is no URL"},
              {"team post owner\nteam post owner", "lists:2: 'post' a second time"},
              {"a@@b post owner", "lists:1: 'a@@b' is no address"},
              {"team poster @", "lists:1: '@' is no address"},
              {"team description \xff", "lists:1: not 'name setting value'"}};
  for (const auto& row : rows) {
    const auto lists = smtp::Lists::parse(row.text, "lists");
    ASSERT_FALSE(lists) << row.text;
    EXPECT_EQ(lists.error().what, row.wanted);
    EXPECT_EQ(lists.error().code, base::Exit::configuration);
  }
}

}  // namespace
}  // namespace lists_test
