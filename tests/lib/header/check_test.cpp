#include "header/check.hpp"

#include <gtest/gtest.h>

#include "header/field.hpp"
#include "show_defects.hpp"

namespace check_test {
namespace {

std::string check(std::string_view head, header::HeaderOf what = header::HeaderOf::message) {
  base::Defects defects;
  header::check_header(head, defects, {}, what);
  return show(defects);
}

const std::string good = "From: a@b.test\nDate: Sat, 1 Jan 2000 10:00:00 +0000\n";

TEST(CheckHeader, AGoodOne) {
  EXPECT_EQ(check(good), "");
  EXPECT_EQ(
      check(good +
            "To: undisclosed:;\nBcc:\nSubject: =?utf-8?q?x?=\nReceived: by x; 1 Jan 2000 10:00:00 +0000\n"
            "Message-ID: <1@b.test>\nReferences: <2@b.test> <3@b.test>\nKeywords: a, b\n"
            "MIME-Version: (x) 1.0 (y)\nContent-Type: text/plain\nX: 1\nX: 2\n"),
      "");
}

TEST(CheckHeader, WhatEachFieldSays) {
  const struct {
    const char* field;  // stands at offset 51
    const char* defects;
  } rows[] = {
      {"To: a@b.test,\n", ""},
      {"To: a@b@c.test\n", "two-ats@58"},
      {"Cc: \"=?utf-8?q?J?=\" <a@b.test>\n", "word-in-quotes@56"},
      {"To:\n", "no-address@54"},
      {"Sender: a@b.test, c@d.test\n", "many-senders@58"},
      {"Resent-Date: never\n", "bad-date@63"},
      {"Message-ID: <1@b> <2@b>\n", "many-ids@62"},
      {"In-Reply-To: <1@b\n", "open-id@64"},
      {"Received: from a by b\n", "received-without-date@72"},
      {"Subject: =?x?q?y?=\n", "unknown-charset@60"},
      {"MIME-Version: 2.0\n", "bad-mime-version@64"},
      {"Keywords: a, \"b\n", "open-quote@64"},
      {"Content-Type: text/plain\n", "missing-mime-version@76"},
      {"From: c@d.test\n", "repeated-field@51"},
      {"SUBJECT: a\nSubject : b\n", "blank-before-colon@69 repeated-field@62"},
      {"junk\n", "not-a-field@51"},
      {"\nFrom: c@d.test\n", ""},
  };
  const std::string head = "Date: Sat, 1 Jan 2000 10:00:00 +0000\nFrom: a@b.tes\n";
  ASSERT_EQ(head.size(), 51u);
  for (const auto& row : rows) EXPECT_EQ(check(head + row.field), row.defects) << row.field;
}

TEST(CheckHeader, WhatMustBeThere) {
  EXPECT_EQ(check(""), "missing-from@0 missing-date@0");
  EXPECT_EQ(check("Subject: x\n\nFrom: a@b\n"), "missing-from@11 missing-date@11");
  EXPECT_EQ(check("Date: 1 Jan 2000 10:00:00 +0000\nFrom: a@b.test, c@d.test\n"), "missing-sender@57");
  EXPECT_EQ(check("Content-Type: text/plain\n", header::HeaderOf::part), "");
}

TEST(CheckHeader, AsksOtherRooms) {
  const header::FieldCheck more[] = {{"X-Mine", [](std::string_view body, base::Defects& defects) {
                                        defects.add(header::missing_from, body.size());
                                      }}};
  base::Defects defects;
  header::check_header("x-mine: 12\n", defects, more, header::HeaderOf::part);
  EXPECT_EQ(show(defects), "missing-from@10");
}

TEST(CheckHeader, OneFieldDoesNotHideAnother) {
  std::string commas = "To: a@b.test";
  for (int i = 0; i < 2000; ++i) commas += ",,c@d.test";
  base::Defects defects;
  header::check_header(good + commas + "\nCc: a@b@c.test\n", defects);
  EXPECT_EQ(defects.list().size(), 12u);  // the line is long as well
  EXPECT_EQ(defects.list().back().rule->name, "two-ats");
}

TEST(CheckHeader, AHundredThousandOfAnything) {
  const auto many = [](std::string_view one) {
    std::string out;
    for (int i = 0; i < 100'000; ++i) out += one;
    return out;
  };
  const struct {
    std::string text;
    const char* defect;
  } rows[] = {
      {"To: " + many("a@b.test,") + "c@d.test\n", "too-many-addresses@90004"},
      {"References: " + many("<1@b>") + "\n", "too-many-ids@50012"},
      {"Keywords: " + many("a,") + "\n", "too-many-phrases@20010"},
      {"Subject: " + many("=?utf-8?q?a=C3?= ") + "\n", "bad-word-text@9"},
      {"To: a@b.test " + many("(") + "\n", "open-comment@13"},
      {"Received: " + many("(x)") + "\n", "received-without-date@300010"},
      {"X: " + many("a\r"), "header-bare-cr@4"},
      {"X: " + std::string(100'000, '\0'), "header-nul@3"},
  };
  for (const auto& row : rows) {
    const auto defects = " " + check(row.text) + " ";
    EXPECT_NE(defects.find(std::string(" ") + row.defect + " "), std::string::npos) << defects.substr(0, 300);
  }
}

TEST(CheckHeader, HasLimits) {
  std::string head = good;
  for (int i = 0; i < 100'000; ++i) head += "X: y\n";
  EXPECT_EQ(check(head), "too-many-fields@" + std::to_string(head.size() - 10));
  EXPECT_EQ(check(good + "X: " + std::string(1 << 20, 'y') + "\n"), "long-header@1048576 long-line@52");
  const auto wide = check(good + "Subject: " + std::string(header::text_limit + 1, 'y') + "\n");
  EXPECT_NE(wide.find("long-text@" + std::to_string(60 + header::text_limit)), std::string::npos) << wide;
}

}  // namespace
}  // namespace check_test
