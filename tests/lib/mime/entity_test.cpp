#include "mime/entity.hpp"

#include <gtest/gtest.h>

namespace entity_test {
namespace {

/// `type/subtype[body]` with the children in parentheses; a multipart shows no body.
std::string show(const mime::Entity& entity, std::string_view text) {
  std::string out = entity.type.type + "/" + entity.type.subtype;
  if (entity.children.empty())
    return out + "[" + std::string(text.substr(entity.body, entity.end - entity.body)) + "]";
  out += entity.truncated ? "!(" : "(";
  for (const auto& child : entity.children) out += show(child, text) + " ";
  out.back() = ')';
  return out;
}

const char* const nested =
    "Content-Type: multipart/mixed; boundary=out\n\npreamble\n--out\n\none\n--out\n"
    "Content-Type: multipart/alternative; boundary=in\n\n--in\nContent-Type: text/plain\n\nplain\n--in\n"
    "Content-Type: text/html\n\n<p>\n\n--in--\n--out\nContent-Type: message/rfc822\n\nSubject: x\n"
    "Content-Type: multipart/mixed; boundary=deep\n\n--deep\n\nd1\n--deep--\n--out--\nepilogue\n--out\nnot a "
    "part\n";

TEST(Entity, Table) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {
      {"Subject: x\n\nbody\n", "text/plain[body\n]"},
      {"Subject: x\r\n\r\nbody\r\n", "text/plain[body\r\n]"},
      {"Subject: x\n", "text/plain[]"},
      {"", "text/plain[]"},
      {"\nbody", "text/plain[body]"},
      {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b  \r\n\r\ntwo\r\n--b--\r\n",
       "multipart/mixed(text/plain[one] text/plain[two])"},
      {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n", "multipart/mixed!(text/plain[one\n])"},
      {"Content-Type: multipart/mixed; boundary=b\n\n--bb\n\none\n--b--\n",
       "multipart/mixed[--bb\n\none\n--b--\n]"},
      {"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\nA: c\n--b--\n",
       "multipart/mixed(text/plain[] text/plain[])"},
      {"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: m\n\nx\n--b--\n",
       "multipart/digest(message/rfc822(text/plain[x]))"},
      {"Content-Type: multipart/mixed\n\n--b\n", "multipart/mixed[--b\n]"},
      {nested,
       "multipart/mixed(text/plain[one] multipart/alternative(text/plain[plain] text/html[<p>\n]) "
       "message/rfc822(multipart/mixed(text/plain[d1])))"},
      {"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nAAAA\n", "message/rfc822[AAAA\n]"},
      {"Content-Type: message/rfc822\nContent-Transfer-Encoding: 7bit (as it is)\n\nA: b\n\nx",
       "message/rfc822(text/plain[x])"},
      {"Content-Type: multipart/mixed; boundary*0=a; boundary*1=\"b c\"\n\n--ab c\n\none\n--ab c--\n",
       "multipart/mixed(text/plain[one])"},
      {"Content-Type: multipart/mixed; boundary*=us-ascii''b%3F\n\n--b?\n\none\n--b?--\n",
       "multipart/mixed(text/plain[one])"},
      {"Content-Type: multipart/mixed; boundary*=us-ascii''b; boundary=a\n\n--a\n\none\n--a--\n",
       "multipart/mixed(text/plain[one])"},
  };
  for (const auto& row : rows) EXPECT_EQ(show(mime::parse(row.text), row.text), row.wanted) << row.text;
}

std::string names(const mime::Entity& entity) {
  std::string out;
  for (const auto& defect : entity.defects.list())
    out += std::string(defect.rule->name) + "@" + std::to_string(defect.offset) + " ";
  for (const auto& child : entity.children) out += names(child);
  return out;
}

TEST(Entity, Defects) {
  const std::string start = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";  // 61 octets
  const struct {
    std::string text;
    std::string wanted;
  } rows[] = {
      {"Subject: x\n\nbody\n", ""},
      {"Subject: x\n", ""},
      {start + "--b\n\nx\n--b--\n", ""},
      {start + "--b\n\nx\n", "missing-end@68 "},
      {start + "x\n", "no-parts@63 "},
      {"Content-Type: multipart/mixed; boundary=b\n\n--b--\n", ""},
      {"MIME-Version: 1.0\nContent-Type: multipart/mixed\n\nx\n", "no-boundary@18 "},
      {"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b*\"\n\n--b*--\n", "bad-boundary@18 "},
      {start + "--b\n\n--bc\n--b--\n", "boundary-alike@66 "},
      {start + "--b\n\n--b--\n--b\n", "part-after-end@72 "},
      {start + "--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb--\n--b--\n", "boundary-nested@65 "},
      {start + "--b\nA: b\n--b--\n", "no-empty-line@69 "},
      {"MIME-Version: 1.0\nContent-Type: text/html\nContent-Type: a/b\n\n", "two-content-types@42 "},
      {"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 8bit\n\n", "two-encodings@32 "},
      {"Content-Disposition: inline\nContent-Disposition: attachment\n\n", "two-dispositions@28 "},
      {"MIME-Version: 1.0\nContent-Type: nothing\n\n", "bad-content-type@18 "},
      {start + "--b\n\n--b--\n--bb\n--b x\n", ""},
      {"Content-Type: multipart/mixed; type=\"a\";\n\tBoundary = \"b c\" ; x=y\n\n--b c--\n", ""},
      {"Content-Type: multipart/mixed; x-boundary=a; boundary=b\n\n--b--\n", ""},
      {"A: b\nContent-Type: multipart/mixed; boundary=b(c)\n\n--b--\n", "odd-boundary@5 "},
      {"A: b\nContent-Type: multipart/mixed; boundary=(c)b\n\n--b--\n", "odd-boundary@5 "},
      {"A: b\nContent-Type: multipart/mixed; boundary=\"\\b\"\n\n--b--\n", "odd-boundary@5 "},
      {"A: b\nContent-Type: multipart/mixed; boundary=\"b\n c\"\n\n--b c--\n", "odd-boundary@5 "},
      {"A: b\nContent-Type: multipart/mixed; boundary=\"b\"c\n\n--b--\n", "odd-boundary@5 "},
      {"A: b\nContent-Type: multipart/mixed; boundary=b c\n\n--b--\n", "odd-boundary@5 "},
      {"A: b\nContent-Type: multipart/mixed; boundary*=''b\n\n--b--\n", "odd-boundary@5 "},
      {"A: b\nContent-Type: multipart/mixed; boundary*0=b\n\n--b--\n", "odd-boundary@5 "},
      {"A: b\nContent-Type: multipart/mixed; boundary=b; boundary*0=c\n\n--b--\n", "odd-boundary@5 "},
      {"A: b\nContent-Type: multipart/mixed; boundary=b; boundary=c\n\n--b--\n", "odd-boundary@5 "},
      {"Content-Transfer-Encoding: rot13\n\n", "unknown-encoding@0 "},
      {"Content-Transfer-Encoding: (x) base64\n\n", "unknown-encoding@0 "},
      {"A: b\nContent-Transfer-Encoding: base64 (x)\n\n", "odd-encoding@5 "},
      {"A: b\nContent-Transfer-Encoding: base64;\n\n", "odd-encoding@5 "},
      {"MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nAAAA\n",
       "encoded-composite@47 "},
  };
  for (const auto& row : rows) EXPECT_EQ(names(mime::parse(row.text)), row.wanted) << row.text;
}

TEST(Entity, LimitsAreDefects) {
  std::string deep = "MIME-Version: 1.0\n";
  for (int i = 0; i < 500; ++i) deep += "Content-Type: message/rfc822\n\n";
  EXPECT_EQ(names(mime::parse(deep)), "too-deep@" + std::to_string(18 + 100 * 30) + " ");
  std::string many = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 5; ++i) many += "--b\n\n\n";
  mime::Limits few;
  few.parts = 5;
  EXPECT_EQ(names(mime::parse(many + "--b--\n", few)), "too-many-parts@85 ");
  mime::Limits short_fields;
  short_fields.fields = 100;
  const std::string field = "Content-Type: text/html; a=" + std::string(239, 'x') + "\n";  // costs 52
  const auto both = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + field +
                    "\n--b\n" + field + "\n--b--\n";
  const auto root = mime::parse(both, short_fields);
  EXPECT_EQ(names(root), "too-much-header@337 ");
  EXPECT_EQ(root.children.at(0).type.subtype, "html");
  EXPECT_EQ(root.children.at(1).type.subtype, "plain");
  few.defects = 0;
  EXPECT_EQ(names(mime::parse(many, few)), "");
}

void expect_inside(const mime::Entity& entity) {
  for (const auto& child : entity.children) {
    EXPECT_GE(child.header, entity.body);
    EXPECT_LE(child.end, entity.end);
    expect_inside(child);
  }
}

TEST(Entity, HoldsItsChildrenWhole) {
  const std::string start = "Content-Type: multipart/mixed; boundary=b\n\n--b\n";
  for (const std::string part :
       {"Content-Type: message/rfc822\n\n", "Content-Type: message/rfc822\n\nA: b\n\n",
        "Content-Type: multipart/mixed; boundary=c\n\n--c\nA: b\n\n"}) {
    expect_inside(mime::parse(start + part + "--b\n" + part + "--b--\n"));
  }
}

TEST(Entity, CountsLines) {
  EXPECT_EQ(mime::parse("A: b\n\none\ntwo").lines, 2u);
  EXPECT_EQ(mime::parse("A: b\n\none\ntwo\n").lines, 2u);
  EXPECT_EQ(mime::parse("A: b\n\n").lines, 0u);
  const auto root = mime::parse(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n--b\r\nA: "
      "b\r\n\r\none\r\n\r\n--b\r\n\r\n--c\r\n--b--\r\n\r\n");
  EXPECT_EQ(root.lines, 11u);
  EXPECT_EQ(root.children.at(0).lines, 1u);
  EXPECT_EQ(root.children.at(1).lines, 1u);
}

TEST(Entity, PartNumbersOfImap) {
  const std::string_view text = nested;
  const auto root = mime::parse(text);
  const auto body = [&](std::string_view number) {
    const auto* part = mime::find_part(root, number);
    return part == nullptr ? std::string("none") : part->type.type + "/" + part->type.subtype;
  };
  EXPECT_EQ(body(""), "multipart/mixed");
  EXPECT_EQ(body("1"), "text/plain");
  EXPECT_EQ(body("2"), "multipart/alternative");
  EXPECT_EQ(body("2.2"), "text/html");
  EXPECT_EQ(body("3"), "message/rfc822");
  EXPECT_EQ(body("3.1"), "text/plain");
  EXPECT_EQ(body("3.2"), "none");
  EXPECT_EQ(body("1.1"), "none");
  EXPECT_EQ(body("4"), "none");
  EXPECT_EQ(body("0"), "none");
  EXPECT_EQ(body("x"), "none");
  const auto plain = mime::parse("A: b\n\nx\n");
  EXPECT_EQ(mime::find_part(plain, "1"), &plain);
  EXPECT_EQ(mime::find_part(plain, "1.1"), nullptr);
}

TEST(Entity, DepthAndNumberAreLimited) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "Content-Type: message/rfc822\n\n";
  const auto root = mime::parse(deep);
  std::size_t depth = 0;
  for (const auto* at = &root; at != nullptr; at = at->children.empty() ? nullptr : &at->children[0]) ++depth;
  EXPECT_EQ(depth, 100u);
  std::string many = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 20000; ++i) many += "--b\n\n\n";
  EXPECT_EQ(mime::parse(many).children.size(), 9999u);
}

}  // namespace
}  // namespace entity_test
