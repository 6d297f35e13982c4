#include "imap/flags.hpp"

#include <gtest/gtest.h>

namespace flags_test {
namespace {

using imap::Change;
using imap::Flags;

TEST(Flags, ParsedAndFormatted) {
  const auto flags = imap::parse_flags({"\\seen", "$b", "\\FLAGGED", "$a", "$b"}).value();
  EXPECT_EQ(flags, (Flags{imap::seen | imap::flagged, {"$a", "$b"}}));
  EXPECT_EQ(imap::format_flags(flags, true), "\\Flagged \\Seen \\Recent $a $b");
  EXPECT_EQ(imap::format_flags({}, false), "");
  EXPECT_TRUE(imap::parse_flags({std::string(128, 'a')}));
  EXPECT_FALSE(imap::parse_flags({"\\Recent"}));
  EXPECT_FALSE(imap::parse_flags({"\\Other"}));
  EXPECT_FALSE(imap::parse_flags({std::string(129, 'a')}));
}

TEST(Flags, Changes) {
  const Flags before = {imap::seen, {"$a"}};
  EXPECT_EQ(imap::apply(before, Change::replace, {imap::draft, {}}), (Flags{imap::draft, {}}));
  EXPECT_EQ(imap::apply(before, Change::add, {imap::draft, {"$b"}}),
            (Flags{imap::seen | imap::draft, {"$a", "$b"}}));
  EXPECT_EQ(imap::apply(before, Change::remove, {imap::seen, {"$a", "$c"}}), Flags{});
}

TEST(Flags, CaseOfKeywordsDoesNotCount) {
  EXPECT_EQ(imap::parse_flags({"$b", "$Junk", "$JUNK", "$a", "$junk"}).value(),
            (Flags{0, {"$Junk", "$a", "$b"}}));
  const Flags before = {0, {"$Junk", "$a"}};
  EXPECT_EQ(imap::apply(before, Change::add, {0, {"$JUNK"}}), before);
  EXPECT_EQ(imap::apply(before, Change::add, {0, {"$junk"}}), before);
  EXPECT_EQ(imap::apply(before, Change::remove, {0, {"$jUNK"}}), (Flags{0, {"$a"}}));
  EXPECT_EQ(imap::apply(before, Change::replace, {0, {"$B", "$JUNK"}}), (Flags{0, {"$B", "$Junk"}}));
}

}  // namespace
}  // namespace flags_test
