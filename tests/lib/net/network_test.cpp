#include "net/network.hpp"

#include <gtest/gtest.h>

namespace network_test {
namespace {

using namespace std::string_literals;

TEST(Network, Contains) {
  const struct {
    const char* network;
    const char* address;
    bool wanted;
  } rows[] = {{"192.0.2.0/24", "192.0.2.255", true},
              {"192.0.2.0/24", "192.0.3.0", false},
              {"192.0.2.7", "192.0.2.7", true},
              {"192.0.2.7", "192.0.2.8", false},
              {"192.0.2.128/25", "192.0.2.127", false},
              {"0.0.0.0/0", "10.1.2.3", true},
              {"0.0.0.0/0", "2001:db8::1", false},
              {"2001:db8::/32", "2001:db8:1::1", true},
              {"2001:db8::/32", "2001:db9::1", false},
              {"192.0.2.0/24", "::ffff:192.0.2.1", true},
              {"::1", "::1", true},
              {"192.0.2.0/24", "unknown", false},
              {"::/0", "::2", true},
              {"::/0", "192.0.2.1", false},
              {"::/0", "::ffff:192.0.2.1", false},
              {"::/80", "192.0.2.1", false},
              {"::ffff:0:0/96", "192.0.2.1", true},
              {"192.0.2.0/24", "2002:c000:201::1", false},
              {"192.0.2.0/24", "64:ff9b::192.0.2.1", false}};
  for (const auto& row : rows)
    EXPECT_EQ(net::Network::parse(row.network).value().contains(row.address), row.wanted)
        << row.network << " " << row.address;
}

TEST(Network, RefusesWhatIsNone) {
  for (const char* text : {"", "x", "192.0.2.0/33", "192.0.2.1/24", "2001:db8::1/64", "192.0.2.0/",
                           "192.0.2/24", "::/129", "1.2.3.4/-1"}) {
    EXPECT_EQ(net::Network::parse(text).error().code, base::Exit::configuration) << text;
  }
  for (const auto& text : {"192.0.2.1\0"s, "192.0.2.1\0\r\nx"s, "::1\0x"s, "192.0.2.0\0/24"s})
    EXPECT_FALSE(net::Network::parse(text));
  EXPECT_FALSE(net::Network::parse("192.0.2.1").value().contains("192.0.2.1\0x"s));
}

TEST(Network, AnAddressIsWrittenInOneWay) {
  const struct {
    std::string text;
    const char* wanted;
  } rows[] = {{"192.0.2.1", "192.0.2.1"},
              {"::ffff:192.0.2.1", "192.0.2.1"},
              {"::FFFF:C000:201", "192.0.2.1"},
              {"2001:DB8:0:0::1", "2001:db8::1"},
              {"::192.0.2.1", "::192.0.2.1"},
              {"2002:c000:201::1", "2002:c000:201::1"},
              {"fe80::1%eth0", ""},
              {"192.0.2.01", ""},
              {"192.0.2", ""},
              {"::1\0x"s, ""},
              {"unknown", ""},
              {"", ""}};
  for (const auto& row : rows) EXPECT_EQ(net::plain_address(row.text), row.wanted) << row.text;
}

TEST(Network, ASourceIsWhatAClientCannotChoose) {
  const struct {
    const char* address;
    std::string source;
  } rows[] = {{"192.0.2.1", "\xC0\0\2\1"s},
              {"::ffff:192.0.2.1", "\xC0\0\2\1"s},
              {"::FFFF:C000:201", "\xC0\0\2\1"s},
              {"::192.0.2.1", std::string(8, '\0')},
              {"2002:c000:201::1", "\xC0\0\2\1"s},
              {"2002:c000:201:ffff:1:2:3:4", "\xC0\0\2\1"s},
              {"2003:c000:201:1::1", "\x20\3\xC0\0\2\1\0\1"s},
              {"64:ff9b::192.0.2.1", "\xC0\0\2\1"s},
              {"64:ff9b:1::192.0.2.1", "\0\x64\xFF\x9B\0\1\0\0"s},
              {"2001:db8:1:2:3:4:5:6", "\x20\1\x0d\xb8\0\1\0\2"s},
              {"2001:db8:1:2:ffff::", "\x20\1\x0d\xb8\0\1\0\2"s},
              {"2001:db8:1:3::1", "\x20\1\x0d\xb8\0\1\0\3"s},
              {"::1", std::string(8, '\0')},
              {"192.0.2", ""},
              {"unknown", ""}};
  for (const auto& row : rows) EXPECT_EQ(net::source_of(row.address), row.source) << row.address;
}

}  // namespace
}  // namespace network_test
