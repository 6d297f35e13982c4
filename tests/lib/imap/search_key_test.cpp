#include "imap/search_key.hpp"

#include <gtest/gtest.h>

namespace search_key_test {
namespace {

using Kind = imap::SearchKey::Kind;

base::Result<imap::SearchKey> parse(std::string_view text, const std::string& charset = {}) {
  imap::Lexer in(text);
  return imap::parse_search_keys(in, charset);
}

TEST(SearchKey, Trees) {
  const auto key = parse("OR (SEEN FROM x) NOT UID 1:3 LARGER 5").value();
  ASSERT_EQ(key.children.size(), 2u);
  EXPECT_EQ(key.children[0].kind, Kind::any_of);
  EXPECT_EQ(key.children[0].children[0].children[1].field, "From");
  EXPECT_EQ(key.children[0].children[1].kind, Kind::none_of);
  EXPECT_EQ(key.children[1].number, 5);
}

/// What is asked in one key; behind an exclamation mark, for NOT.
std::string shown(const imap::SearchKey& key) {
  const bool negated = key.kind == Kind::none_of;
  const auto& one = negated ? key.children[0] : key;
  return (negated ? "!" : "") + std::to_string(static_cast<int>(one.kind)) + " " + std::to_string(one.flag) +
         " " + std::to_string(one.number) + " " + one.field + " " + one.text;
}

TEST(SearchKey, EveryWord) {
  const struct {
    const char* text;
    bool negated;
    Kind kind;
    unsigned flag = 0;
    std::int64_t number = 0;
    const char* field = "";
    const char* words = "";
  } rows[] = {{"ALL", false, Kind::all_of},
              {"answered", false, Kind::flag, imap::answered},
              {"UNANSWERED", true, Kind::flag, imap::answered},
              {"DELETED", false, Kind::flag, imap::deleted},
              {"UNDELETED", true, Kind::flag, imap::deleted},
              {"DRAFT", false, Kind::flag, imap::draft},
              {"UNDRAFT", true, Kind::flag, imap::draft},
              {"FLAGGED", false, Kind::flag, imap::flagged},
              {"UNFLAGGED", true, Kind::flag, imap::flagged},
              {"SEEN", false, Kind::flag, imap::seen},
              {"UNSEEN", true, Kind::flag, imap::seen},
              {"RECENT", false, Kind::recent},
              {"OLD", true, Kind::recent},
              {"KEYWORD $Junk", false, Kind::keyword, 0, 0, "", "$Junk"},
              {"UNKEYWORD x", true, Kind::keyword, 0, 0, "", "x"},
              {"BEFORE 2-Jan-1970", false, Kind::before, 0, 1},
              {"ON \"02-jan-1970\"", false, Kind::on, 0, 1},
              {"SINCE 31-Dec-1969", false, Kind::since, 0, -1},
              {"SENTBEFORE 1-Mar-2000", false, Kind::sent_before, 0, 11017},
              {"SENTON 29-Feb-2000", false, Kind::sent_on, 0, 11016},
              {"SENTSINCE 1-Jan-1970", false, Kind::sent_since},
              {"SAVEDBEFORE 2-Jan-1970", false, Kind::saved_before, 0, 1},
              {"SAVEDON 2-Jan-1970", false, Kind::saved_on, 0, 1},
              {"SAVEDSINCE 2-Jan-1970", false, Kind::saved_since, 0, 1},
              {"SAVEDATESUPPORTED", false, Kind::all_of},
              {"LARGER 9223372036854775807", false, Kind::larger, 0, INT64_MAX},
              {"SMALLER 0", false, Kind::smaller},
              {"OLDER 4294967295", false, Kind::older, 0, 4294967295},
              {"YOUNGER 1", false, Kind::younger, 0, 1},
              {"UIDAFTER 7", false, Kind::uid_after, 0, 7},
              {"UIDBEFORE 7", false, Kind::uid_before, 0, 7},
              {"MODSEQ 5", false, Kind::modseq, 0, 5},
              {"MODSEQ \"/flags/\\\\draft\" all 620162338", false, Kind::modseq, 0, 620162338},
              {"BCC a", false, Kind::header, 0, 0, "Bcc", "A"},
              {"CC a", false, Kind::header, 0, 0, "Cc", "A"},
              {"FROM a", false, Kind::header, 0, 0, "From", "A"},
              {"SUBJECT \"A b\"", false, Kind::header, 0, 0, "Subject", "A B"},
              {"TO a", false, Kind::header, 0, 0, "To", "A"},
              {"HEADER X-y Z", false, Kind::header, 0, 0, "X-y", "z"},
              {"HEADER subject {1+}\r\nZ", false, Kind::header, 0, 0, "subject", "Z"},
              {"BODY A", false, Kind::body, 0, 0, "", "a"},
              {"TEXT \"\"", false, Kind::text},
              {"EMAILID M1", false, Kind::email_id, 0, 0, "", "M1"},
              {"THREADID T1", false, Kind::thread_id, 0, 0, "", "T1"}};
  for (const auto& row : rows) {
    const auto key = parse(row.text);
    ASSERT_TRUE(key) << row.text << ": " << key.error().what;
    ASSERT_EQ(key->children.size(), 1U) << row.text;
    imap::SearchKey wanted;
    wanted.kind = row.kind;
    wanted.flag = row.flag;
    wanted.number = row.number;
    wanted.field = row.field;
    wanted.text = row.words;
    EXPECT_EQ(shown(key->children[0]), (row.negated ? "!" : "") + shown(wanted)) << row.text;
  }
  for (const char* text :
       {"LARGER 9223372036854775808", "OLDER 4294967296", "UIDAFTER -1", "MODSEQ x", "MODSEQ \"/flags/x\" 5",
        "ON 32-Jan-2000", "ON 1-Jan-70", "HEADER \"\"", "EMAILID ()"})
    EXPECT_FALSE(parse(text)) << text;
}

TEST(SearchKey, TextInACharset) {
  EXPECT_EQ(parse("SUBJECT {1}\r\n\xfc", "ISO-8859-1").value().children[0].text, "U\xcc\x88");
  EXPECT_EQ(parse("SUBJECT a", "X-NONE").error().code, base::Exit::data);
}

TEST(SearchKey, WhatIsWrong) {
  for (const char* text : {"", "X", "OR SEEN", "NOT", "(SEEN", "ON 1-Foo-2000", "LARGER x", "UID x",
                           "HEADER a", "KEYWORD (", "SEEN  SEEN"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
  std::string deep;
  for (int i = 0; i < 60; ++i) deep += "NOT ";
  EXPECT_FALSE(parse(deep + "ALL"));
  std::string many = "ALL";
  for (int i = 0; i < 1000; ++i) many += " ALL";
  EXPECT_FALSE(parse(many));
  const auto text = [](const char* key, std::size_t octets) {
    return key + (" {" + std::to_string(octets) + "}\r\n") + std::string(octets, 'x');
  };
  EXPECT_TRUE(parse(text("SUBJECT", 60'000)));
  EXPECT_FALSE(parse(text("SUBJECT", 70'000)));
  EXPECT_FALSE(parse(text("SUBJECT", 40'000) + " " + text("TEXT", 40'000)));
}

}  // namespace
}  // namespace search_key_test
