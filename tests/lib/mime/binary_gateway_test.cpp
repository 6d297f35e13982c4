#include "mime/binary_gateway.hpp"

#include <gtest/gtest.h>

#include "codec/base64.hpp"

namespace binary_gateway_test {
namespace {

struct Passed {
  std::string text;
  std::string trouble;
  bool bare = false, long_line = false, changed = false;
  friend bool operator==(const Passed&, const Passed&) = default;
};

Passed pass(std::string_view octets, std::size_t piece, std::size_t line_limit, std::size_t header_limit) {
  mime::BinaryGateway gateway(line_limit, header_limit);
  Passed out;
  for (; !octets.empty(); octets.remove_prefix(std::min(piece, octets.size())))
    gateway.update(octets.substr(0, piece), out.text);
  gateway.finish(out.text);
  out.trouble = gateway.trouble();
  out.bare = gateway.bare_line_end();
  out.long_line = gateway.line_too_long();
  out.changed = gateway.changed();
  return out;
}

/// The same however it is cut.
Passed pass(std::string_view octets, std::size_t line_limit = 998, std::size_t header_limit = 1000) {
  const auto out = pass(octets, octets.size() + 1, line_limit, header_limit);
  for (const std::size_t piece : {1U, 2U, 3U, 7U}) {
    const auto cut = pass(octets, piece, line_limit, header_limit);
    EXPECT_EQ(cut.text, out.text) << piece;
    EXPECT_TRUE(cut == out) << piece;
  }
  return out;
}

std::string crlf(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

const std::string binary = "Content-Transfer-Encoding: binary\r\n\r\n";
const std::string base64 = "Content-Transfer-Encoding: base64\n\n";

TEST(BinaryGateway, WithoutBinaryPartsAllStaysAsItIs) {
  const char* const texts[] = {
      "",
      "\n",
      "Subject: x\n",
      "Subject: x\n\nbody\n\n",
      "Subject: x\nContent-Transfer-Encoding: 8bit\n\nb\xc3\xb6\n",
      "Subject: x\n\n--x\n-\n--\n",
      "Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n--b \nX: y\n--b\nContent-Type: "
      "message/rfc822\n\nSubject: y\n\nz\n--b--\nepilogue\n--b\n",
      "Content-Type: multipart/mixed\nContent-Transfer-Encoding: base64\n\n--\n",
  };
  for (const char* text : texts) {
    const auto out = pass(crlf(text));
    EXPECT_EQ(out.text, text);
    EXPECT_FALSE(out.bare || out.long_line || out.changed || !out.trouble.empty()) << text;
  }
}

TEST(BinaryGateway, ABinaryMessageIsBase64ToTheLastOctet) {
  const std::string contents[] = {"",
                                  "a",
                                  std::string("\0\r\n\n\r\xff--x", 9),
                                  "\r\n",
                                  "x\r\n",
                                  "x\r",
                                  "\r\r\n",
                                  "--\r\n",
                                  "-",
                                  std::string(1000, 'x') + "\n",
                                  std::string(500, '-')};
  for (const auto& content : contents) {
    const auto out = pass("Subject: x\r\nMIME-Version: 1.0\r\n" + binary + content);
    const std::string head = "Subject: x\nMIME-Version: 1.0\n" + base64;
    ASSERT_TRUE(out.text.starts_with(head)) << out.text;
    EXPECT_EQ(codec::base64_decode(out.text.substr(head.size())).value(), content);
    EXPECT_TRUE(out.changed);
    EXPECT_FALSE(out.bare || out.long_line);
  }
}

TEST(BinaryGateway, BinaryPartsAndWhatHoldsThem) {
  struct Row {
    std::string in, out;
  };
  const Row rows[] = {
      // The line end before a boundary is not the part's.
      {"Content-Type: multipart/mixed; boundary=\"b\"\r\n" + binary + "--b\r\n" + binary +
           "a\n\r\n\r\n--b\r\n" + binary + "\r\n--b--\r\n",
       "Content-Type: multipart/mixed; boundary=\"b\"\nContent-Transfer-Encoding: 8bit\nMIME-Version: "
       "1.0\n\n--b\n" +
           base64 + "YQoNCg==\n--b\n" + base64 + "--b--\n"},
      // A part beside it stays; an end that is missing ends with what is outside.
      {"MIME-Version: 1.0\r\nContent-Type: multipart/x; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/x; "
       "boundary=i\r\n" +
           binary + "--i\r\n" + binary + "\r--i--\r\n--o \r\n\r\ntext\r\n--o--\r\n",
       "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=o\n\n--o\nContent-Type: multipart/x; "
       "boundary=i\nContent-Transfer-Encoding: 8bit\n\n--i\n" +
           base64 + "DS0taS0t\n--o \n\ntext\n--o--\n"},
      // What was a boundary in a part that has ended is none behind it.
      {"MIME-Version: 1.0\r\nContent-Type: multipart/x; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/x; "
       "boundary=i\r\n\r\n--i\r\n\r\na\r\n--i--\r\n--o\r\n" +
           binary + "\r\n--i\r\n\r\n--o--\r\n",
       "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=o\n\n--o\nContent-Type: multipart/x; "
       "boundary=i\n\n--i\n\na\n--i--\n--o\n" +
           base64 + "DQotLWkNCg==\n--o--\n"},
      // A message inside, also where the digest says that it is one.
      {"Content-Type: message/rfc822\r\n" + binary + "Subject: y\r\n" + binary + "z",
       "Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\nMIME-Version: 1.0\n\nSubject: y\n" +
           base64 + "eg==\n"},
      {"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nX: y\r\n" + binary + "z\r\n--b--",
       "Content-Type: multipart/digest; boundary=b\n\n--b\n\nX: y\n" + base64 + "eg==\n--b--\n"},
      // One field is left, however many there were, and its comment goes.
      {"MIME-Version: 1.0\r\ncontent-transfer-encoding:\r\n BINARY (raw)\r\nX: "
       "y\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\n",
       "MIME-Version: 1.0\ncontent-transfer-encoding: base64\nX: y\n\nCg==\n"},
      // A part that a boundary cuts off in its header.
      {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: "
       "binary\r\n--b--\r\n",
       "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n--b--\n"},
  };
  for (const auto& row : rows) {
    const auto out = pass(row.in);
    EXPECT_EQ(out.text, row.out);
    EXPECT_FALSE(out.bare || out.long_line || !out.trouble.empty());
  }
}

TEST(BinaryGateway, InABinaryPartOnlyAWholeBoundaryLineEndsIt) {
  const std::string inside =
      "\r\n--b\n--b--\r\n--b\r\r\n\n--b\r\n--bb\r\n--b" + std::string(400, ' ') + "\r\n--";
  const auto out = pass("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" +
                        binary + inside + "\r\n--b-- \r\nend\r\n");
  const auto at = out.text.find("\n\n", out.text.find("base64")) + 2;
  const auto end = out.text.find("--b-- \nend\n");
  ASSERT_NE(end, std::string::npos) << out.text;
  EXPECT_EQ(codec::base64_decode(out.text.substr(at, end - at)).value(), inside);
}

TEST(BinaryGateway, SaysWhatIsNoLine) {
  EXPECT_TRUE(pass("A: b\n\r\n").bare);
  EXPECT_TRUE(pass("A: \rb\r\n\r\n").bare);
  EXPECT_TRUE(pass("A: b\r\n\r\nx\ny\r\n").bare);
  EXPECT_TRUE(pass("A: b\r\n\r\nx\r").bare);
  EXPECT_TRUE(pass("A: b\r\n\r\nx\ry\r\n").bare);
  EXPECT_TRUE(pass("A: b\r").bare);
  EXPECT_TRUE(pass("A: b\r\n\r\n12345\r\n", 4).long_line);
  EXPECT_FALSE(pass("A: b\r\n\r\n1234\r\n\r\n", 4).long_line);
  EXPECT_TRUE(pass("A: bc\r\n\r\n", 4).long_line);
  EXPECT_TRUE(pass("A: bc", 4).long_line);
}

TEST(BinaryGateway, WhatCannotBeCarried) {
  EXPECT_NE(pass("A: " + std::string(2000, 'x')).trouble, "");
  EXPECT_NE(pass("A: b\r\n\r\n" + std::string(2000, 'x')).long_line, false);
  EXPECT_NE(pass("Content-Type: multipart/mixed\r\n" + binary).trouble, "");
  std::string deep;
  for (int i = 0; i < 150; ++i) {
    const auto name = "b" + std::to_string(i);
    deep += "Content-Type: multipart/mixed; boundary=" + name + "\r\n\r\n--" + name + "\r\n";
  }
  EXPECT_NE(pass(deep).trouble, "");
}

}  // namespace
}  // namespace binary_gateway_test
