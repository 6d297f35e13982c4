#include "mime/part.hpp"

#include <gtest/gtest.h>

namespace part_test {
namespace {

TEST(Part, NumbersAreThoseFindPartKnows) {
  const std::string_view text =
      "Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n--a\nContent-Type: multipart/alternative; "
      "boundary=b\n\n"
      "--b\n\nx\n--b\n\ny\n--b--\n--a\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; "
      "boundary=c\n\n"
      "--c\n\nin\n--c--\n--a\nContent-Type: message/rfc822\n\nSubject: y\n\nplain\n--a--\n";
  const auto root = mime::parse(text);
  std::string numbers;
  for (const auto& part : mime::list_parts(text, root)) {
    numbers += part.number + "|";
    if (part.number.ends_with("TEXT")) continue;
    EXPECT_EQ(mime::find_part(root, part.number), part.entity) << part.number;
  }
  EXPECT_EQ(numbers, "TEXT|1|2|2.1|2.2|3|3.TEXT|3.1|4|4.1|");
  const auto single = mime::parse("Subject: x\n\nbody");
  EXPECT_EQ(mime::list_parts("Subject: x\n\nbody", single)[0].number, "1");
}

TEST(Part, DepthOfEachPart) {
  const std::string_view text =
      "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nA: b\n\nbegin 644 "
      "x.pdf\n"
      "#9F]O\n`\nend\n--a\n\nlast\n--a--\n";
  const auto root = mime::parse(text);
  std::string seen;
  for (const auto& part : mime::list_parts(text, root))
    seen += part.number + ":" + std::to_string(part.depth) + ":" + part.type + " ";
  EXPECT_EQ(
      seen,
      "TEXT:0:multipart/mixed 1:1:message/rfc822 1.1:2:text/plain 1.1u1:3:application/pdf 2:1:text/plain ");
}

TEST(Part, UuencodedFilesAreLimited) {
  std::string text = "Content-Type: multipart/mixed; boundary=b\n\n";
  std::string files;
  for (int i = 0; i < 1001; ++i) files += "begin 644 x\n`\nend\n";
  for (int i = 0; i < 11; ++i) text += "--b\n\n" + files;
  const auto root = mime::parse(text);
  const auto parts = mime::list_parts(text, root);
  EXPECT_EQ(parts.size(), 1u + 11u + 10'000u);
  EXPECT_EQ(parts.at(1002).number, "2");
}

TEST(Part, WhatWasCutIsNotComplete) {
  const std::string text =
      "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
      "cut\n--a\n\nwhole\n--a\n\ncut";
  const auto root = mime::parse(text);
  std::string seen;
  for (const auto& part : mime::list_parts(text, root)) seen += part.number + (part.complete ? " " : "! ");
  EXPECT_EQ(seen, "TEXT! 1! 1.1! 2 3! ");
}

TEST(Part, ContentElsewhereIsNamed) {
  const std::string_view text = "Content-Type: message/partial; id=\"abc@x\"; number=2; total=3\n\nFrom: a\n";
  const auto root = mime::parse(text);
  EXPECT_EQ(mime::list_parts(text, root).at(0).elsewhere, "part 2 of 3 of abc@x");
  EXPECT_TRUE(root.children.empty());
}

TEST(Part, NamesAndCharset) {
  const struct {
    const char* fields;
    const char* wanted;  // name|disposition|charset
  } rows[] = {
      {"", "||"},
      {"Content-Type: text/plain; charset=\"UTF-8\"; name=a.txt\n", "a.txt||UTF-8"},
      {"Content-Type: a/b; name=old\nContent-Disposition: ATTACHMENT; filename*=utf-8''caf%C3%A9\n",
       "caf\xC3\xA9|attachment|"},
      {"Content-Disposition: inline; filename=\"=?utf-8?q?x_y?=\"\n", "x y|inline|"},
  };
  for (const auto& row : rows) {
    const std::string text = std::string("Subject: x\n") + row.fields + "\nbody";
    const auto root = mime::parse(text);
    const auto part = mime::list_parts(text, root).at(0);
    EXPECT_EQ(part.name + "|" + part.disposition + "|" + part.charset, row.wanted) << row.fields;
  }
}

TEST(Part, SafeFileNames) {
  const struct {
    std::string name;
    std::string wanted;
  } rows[] = {
      {"a.pdf", "a.pdf"},
      {"../../etc/passwd", "passwd"},
      {"C:\\dir\\a b.doc", "a b.doc"},
      {"/", "fallback"},
      {"..", "fallback"},
      {"", "fallback"},
      {" . ", "fallback"},
      {"-rf", "rf"},
      {".bashrc", "bashrc"},
      {"--.-x. ", "x"},
      {"a\nb\tc\x7F\x1B[31m", "abc[31m"},
      {std::string("a\0b", 3), "ab"},
      {"gpj\xE2\x80\xAE.exe", "gpj.exe"},
      {"bad\xFF\xC3", "bad"},
      {"caf\xC3\xA9", "caf\xC3\xA9"},
      {std::string(300, 'x') + ".pdf", std::string(196, 'x') + ".pdf"},
      {"y" + std::string(101, 'x') + std::string(100, '\xC3'), "y" + std::string(101, 'x')},
  };
  for (const auto& row : rows) EXPECT_EQ(mime::safe_file_name(row.name, "fallback"), row.wanted) << row.name;
  std::string greek;
  for (int i = 0; i < 150; ++i) greek += "\xCE\xB1";
  EXPECT_EQ(mime::safe_file_name("x" + greek, ""), "x" + greek.substr(0, 198));
}

TEST(Part, NumberedFileNames) {
  EXPECT_EQ(mime::numbered_file_name("a.pdf", 2), "a~2.pdf");
  EXPECT_EQ(mime::numbered_file_name("a.tar.gz", 3), "a.tar~3.gz");
  EXPECT_EQ(mime::numbered_file_name("README", 2), "README~2");
  EXPECT_EQ(mime::numbered_file_name("no extension. as this is long", 2), "no extension. as this is long~2");
}

}  // namespace
}  // namespace part_test
