#include "net/proxy_header.hpp"

#include <gtest/gtest.h>

#include <string>

namespace proxy_header_test {
namespace {

using State = net::ProxyHeader::State;

std::string shown(const net::ProxyHeader& header) {
  if (header.state == State::more) return "more";
  if (header.state == State::wrong) return "wrong";
  return header.client ? header.client->address + " " + header.client->port : "-";
}

std::string v2(char command, char family, std::string_view body) {
  std::string out("\r\n\r\n\0\r\nQUIT\n", 12);
  out += command;
  out += family;
  out += static_cast<char>(body.size() >> 8);
  out += static_cast<char>(body.size());
  return out.append(body);
}

TEST(ProxyHeader, TextSaysWho) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {{"PROXY TCP4 192.0.2.1 192.0.2.2 1234 25\r\n", "192.0.2.1 1234"},
              {"PROXY TCP6 2001:DB8::1 ::1 65535 25\r\n", "2001:db8::1 65535"},
              {"PROXY TCP6 ::ffff:192.0.2.1 ::1 1 25\r\n", "192.0.2.1 1"},
              {"PROXY UNKNOWN\r\n", "-"},
              {"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", "-"},
              {"", "more"},
              {"PROXY TCP4 192.0.2.1 192.0.2.2 1234 25\r", "more"},
              {"PROXY UNKNOWNX\r\n", "wrong"},
              {"PROXY TCP4 192.0.2.1 192.0.2.2 1234\r\n", "wrong"},
              {"PROXY TCP4 192.0.2.1 192.0.2.2 1234 25 \r\n", "wrong"},
              {"PROXY TCP4  192.0.2.1 192.0.2.2 1234 25\r\n", "wrong"},
              {"PROXY TCP4 ::1 ::1 1234 25\r\n", "wrong"},
              {"PROXY TCP4 192.0.2.1 x 1234 25\r\n", "wrong"},
              {"PROXY TCP4 192.0.2.1 192.0.2.2 01 25\r\n", "wrong"},
              {"PROXY TCP4 192.0.2.1 192.0.2.2 65536 25\r\n", "wrong"},
              {"PROXY TCP5 192.0.2.1 192.0.2.2 1 25\r\n", "wrong"},
              {"PROXY TCP4 192.0.2.1 192.0.2.2 1 25\n\r\n", "wrong"},
              {"PROXX", "wrong"},
              {"EHLO client.test\r\n", "wrong"}};
  for (const auto& row : rows) EXPECT_EQ(shown(net::parse_proxy_header(row.text)), row.wanted) << row.text;
  EXPECT_EQ(shown(net::parse_proxy_header("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n")), "-");
  EXPECT_EQ(shown(net::parse_proxy_header("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n")), "wrong");
}

TEST(ProxyHeader, OctetsSayWho) {
  const std::string v4("\xC0\x00\x02\x01\xC0\x00\x02\x02\x04\xD2\x00\x19", 12);
  const std::string v6 = std::string("\x20\x01\x0D\xB8", 4) + std::string(11, '\0') + "\x01" +
                         std::string(16, '\0') + std::string("\x00\x50\x00\x19", 4);
  EXPECT_EQ(shown(net::parse_proxy_header(v2(0x21, 0x11, v4))), "192.0.2.1 1234");
  EXPECT_EQ(shown(net::parse_proxy_header(v2(0x21, 0x11, v4 + "more of it"))), "192.0.2.1 1234");
  EXPECT_EQ(shown(net::parse_proxy_header(v2(0x21, 0x21, v6))), "2001:db8::1 80");
  EXPECT_EQ(shown(net::parse_proxy_header(v2(0x20, 0x00, ""))), "-");
  EXPECT_EQ(shown(net::parse_proxy_header(v2(0x21, 0x31, std::string(216, 'x')))), "-");
  EXPECT_EQ(shown(net::parse_proxy_header(v2(0x21, 0x11, v4.substr(0, 11)))), "wrong");
  EXPECT_EQ(shown(net::parse_proxy_header(v2(0x22, 0x11, v4))), "wrong");
  EXPECT_EQ(shown(net::parse_proxy_header(v2(0x11, 0x11, v4))), "wrong");
  EXPECT_EQ(shown(net::parse_proxy_header(v2(0x20, 0x00, std::string(2049, 'x')))), "wrong");
}

TEST(ProxyHeader, NothingBehindItIsAskedFor) {
  for (const auto& whole : {std::string("PROXY TCP4 192.0.2.1 192.0.2.2 1234 25\r\n"),
                            v2(0x21, 0x11, std::string(12, 'x')), std::string("PROXY UNKNOWN\r\n")}) {
    const auto both = whole + "EHLO client.test\r\n";
    std::size_t read = 0;
    auto header = net::parse_proxy_header("");
    while (header.state == State::more) {
      read += header.need;
      header = net::parse_proxy_header(std::string_view(both).substr(0, read));
    }
    EXPECT_EQ(header.state, State::whole);
    EXPECT_EQ(read, whole.size());
    EXPECT_EQ(header.size, whole.size());
  }
}

}  // namespace
}  // namespace proxy_header_test
