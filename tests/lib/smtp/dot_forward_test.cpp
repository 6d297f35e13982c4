#include "smtp/dot_forward.hpp"

#include <gtest/gtest.h>

namespace dot_forward_test {
namespace {

using Kind = smtp::Target::Kind;

std::string shown(const smtp::Target& target) {
  switch (target.kind) {
    case Kind::address:
      return "a:" + smtp::to_string(target.path);
    case Kind::unaliased:
      return "u:" + smtp::to_string(target.path);
    case Kind::mbox:
      return "f:" + target.file;
    case Kind::maildir:
      return "d:" + target.file;
    case Kind::program:
      break;
  }
  std::string out = "p:";
  for (const auto& word : target.command) out += "[" + word + "]";
  return out;
}

std::string shown(const base::Result<std::vector<smtp::Target>>& targets) {
  if (!targets) return "! " + targets.error().what;
  std::string out;
  for (const auto& target : *targets) out += shown(target) + ";";
  return out;
}

struct Row {
  const char* text;
  const char* wanted;
};

TEST(DotForward, TargetsByCommasAndLines) {
  const Row rows[] = {
      {"", ""},
      {"# nothing\n\n  # either\n", ""},
      {"bob", "a:bob;"},
      {"bob, carol@Far.Test\r\ndan", "a:bob;a:carol@far.test;a:dan;"},
      {"\\alice,\\bob@x.test", "u:alice;u:bob@x.test;"},
      {"\"a, b\"@far.test, c", "a:\"a, b\"@far.test;a:c;"},
      {"/var/mail/a, /home/a/Mail/,\"/home/a/my box\"", "f:/var/mail/a;d:/home/a/Mail;f:/home/a/my box;"},
      {"|prog a  b", "p:[prog][a][b];"},
      {"\"|prog a, b\", c", "p:[prog][a,][b];a:c;"},
      {"|\"prog a, b\"", "p:[prog][a,][b];"},
      {"\"|prog 'a  b' \\\"c d\\\" e\\\\ f\"", "p:[prog][a  b][c d][e f];"},
      {",,bob,", "a:bob;"}};
  for (const auto& row : rows) EXPECT_EQ(shown(smtp::parse_forward(row.text, "f")), row.wanted) << row.text;
}

TEST(DotForward, ErrorsNameTheLine) {
  const Row rows[] = {
      {":include:/etc/passwd", "! f:1: ':include:/etc/passwd' includes a file, which only aliases may"},
      {"bob\n\"  :Include:x\"", "! f:2: '\"  :Include:x\"' includes a file, which only aliases may"},
      {"\n\n|", "! f:3: '' names no program"},
      {"|a > /b", "! f:1: 'a > /b' has a > for a shell, which there is none; quote it"},
      {"|a $HOME", "! f:1: 'a $HOME' has a $ for a shell, which there is none; quote it"},
      {"|a `b`", "! f:1: 'a `b`' has a ` for a shell, which there is none; quote it"},
      {"\"|a 'b\"", "! f:1: 'a 'b' has a quote without its end"},
      {"|a b\\", "! f:1: 'a b\\\\' ends with a backslash"},
      {"/a/../b", "! f:1: '/a/../b' leads out of its directory by '..'"},
      {"/", "! f:1: '/' is no file"},
      {"a b", "! f:1: 'a b' is no address"},
      {"\\", "! f:1: '\\\\' is no address"},
      {"a\x01", "! f:1: 'a\\x01' has a control character"}};
  for (const auto& row : rows) EXPECT_EQ(shown(smtp::parse_forward(row.text, "f")), row.wanted) << row.text;
  std::string many;
  for (std::size_t i = 0; i <= smtp::forward_targets_limit; ++i) many += "u" + std::to_string(i) + "\n";
  EXPECT_EQ(shown(smtp::parse_forward(many, "f")), "! f:101: too many targets");
}

TEST(DotForward, QmailHasATargetALine) {
  const Row rows[] = {
      {"", ""},
      {"# nothing", ""},
      {"&bob@far.test\nbob\n& carol", "a:bob@far.test;a:bob;a:carol;"},
      {"|prog a, 'b c'", "p:[prog][a,][b c];"},
      {"./Maildir/\n./Mail/box\n/var/mail/a\n/x/y//", "d:Maildir;f:Mail/box;f:/var/mail/a;d:/x/y;"},
      {"bob, carol", "! q:1: 'bob, carol' is no address"},
      {"bob\n.Maildir/", "! q:2: '.Maildir/' is neither an address, a program, a file nor a comment"},
      {"./", "! q:1: './' is no file"},
      {"./../x", "! q:1: './../x' leads out of its directory by '..'"},
      {"+list", "! q:1: '+list' is neither an address, a program, a file nor a comment"},
      {"&", "! q:1: '&' is no address"}};
  for (const auto& row : rows) EXPECT_EQ(shown(smtp::parse_qmail(row.text, "q")), row.wanted) << row.text;
}

}  // namespace
}  // namespace dot_forward_test
