#include "net/dns_record.hpp"

#include <gtest/gtest.h>

namespace dns_record_test {
namespace {

using net::RecordType;
using namespace std::string_view_literals;

TEST(DnsRecord, TypesByName) {
  for (const char* name : {"A", "AAAA", "CNAME", "MX", "PTR", "TLSA", "TXT"})
    EXPECT_EQ(net::name_of(net::parse_record_type(name).value()), name);
  EXPECT_EQ(net::parse_record_type("mx"), RecordType::mx);
  for (const char* wrong : {"", "ANY", "A ", "255"}) EXPECT_FALSE(net::parse_record_type(wrong)) << wrong;
}

TEST(DnsRecord, DataAsText) {
  const struct {
    RecordType type;
    std::string_view data;
    const char* text;
  } rows[] = {
      {RecordType::a, "\xC0\x00\x02\x01"sv, "192.0.2.1"},
      {RecordType::aaaa, "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\1"sv, "2001:db8::1"},
      {RecordType::mx, "\0\x0A\2mx\4test\0"sv, "10 mx.test"},
      {RecordType::mx, "\1\0\0"sv, "256 ."},
      {RecordType::ptr, "\3a.b\4t\nst\0"sv, "a\\046b.t\\010st"},
      {RecordType::cname, "\1\xFF\0"sv, "\\255"},
      {RecordType::txt, "\3a\tb\0\2cd"sv, "a\tbcd"},
      {RecordType::txt, "\0"sv, ""},
      {RecordType::tlsa, "\3\1\1\xAB\x0C"sv, "3 1 1 ab0c"},
  };
  for (const auto& row : rows) EXPECT_EQ(net::rdata_text(row.type, row.data), row.text) << row.text;
}

TEST(DnsRecord, BrokenDataIsNone) {
  const struct {
    RecordType type;
    std::string_view data;
  } rows[] = {
      {RecordType::a, "\xC0\x00\x02"sv},  {RecordType::aaaa, "\0\0\0\0"sv},    {RecordType::mx, "\0\x0A"sv},
      {RecordType::mx, "\0\x0A\3mx\0"sv}, {RecordType::mx, "\0\x0A\2mx\0x"sv}, {RecordType::ptr, ""sv},
      {RecordType::ptr, "\2mx"sv},        {RecordType::ptr, "\xC0\x0C"sv},     {RecordType::txt, ""sv},
      {RecordType::txt, "\3ab"sv},        {RecordType::tlsa, "\3\1\1"sv}};
  for (const auto& row : rows) EXPECT_FALSE(net::rdata_text(row.type, row.data)) << row.data;
  const std::string long_name = [] {
    std::string out;
    for (int i = 0; i < 128; ++i) out += "\1x";
    return out + '\0';
  }();
  EXPECT_FALSE(net::rdata_text(RecordType::ptr, long_name));
}

TEST(DnsRecord, NamesOfAddresses) {
  EXPECT_EQ(net::reverse_name("192.0.2.1"), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(net::reverse_name("255.255.255.255"), "255.255.255.255.in-addr.arpa");
  EXPECT_EQ(net::reverse_name("::ffff:192.0.2.1"), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(net::reverse_name("2001:db8::567:89ab"),
            "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  EXPECT_EQ(net::reversed_address("127.0.0.2"), "2.0.0.127");
  for (const char* wrong : {"", "unknown", "192.0.2", "192.0.2.1/24", "fe80::1%lo"})
    EXPECT_FALSE(net::reverse_name(wrong)) << wrong;
}

TEST(DnsRecord, NamesThatMayBeAskedFor) {
  for (const std::string& good : {std::string("a"), std::string("mx.test."), std::string("_25._tcp.mx.test"),
                                  std::string(63, 'a') + ".test"})
    EXPECT_TRUE(net::is_domain_name(good)) << good;
  std::string longest;
  for (int i = 0; i < 127; ++i) longest += "a.";
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".a"), std::string("a..b"), std::string("a.."),
        std::string("a b"), std::string("a\nb"), std::string("a\\b"), std::string("\xC3\xA4.test"),
        std::string(64, 'a'), longest + "a"})
    EXPECT_FALSE(net::is_domain_name(bad)) << bad;
}

}  // namespace
}  // namespace dns_record_test
