#include "header/trace_comment.hpp"

#include <gtest/gtest.h>

#include "header/received.hpp"

namespace trace_comment_test {
namespace {

TEST(TraceComment, Addresses) {
  for (const char* text : {"192.0.2.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::",
                           "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "fe80::1:2"}) {
    EXPECT_TRUE(header::is_ip_address(text)) << text;
  }
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.0004", "1..2.3", ":", ":1", "1:",
                           "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "1:2:3:4::5:6:7:8",
                           "1:2:3:4:5:6:7:8::", "g::", "192.0.2.1:25", "::192.0.2"}) {
    EXPECT_FALSE(header::is_ip_address(text)) << text;
  }
}

TEST(TraceComment, BareAddresses) {
  EXPECT_EQ(header::bare_address("[192.0.2.1]"), "192.0.2.1");
  EXPECT_EQ(header::bare_address("[IPv6:::1]"), "::1");
  EXPECT_EQ(header::bare_address("ipv6:x"), "ipv6:x");
  EXPECT_EQ(header::bare_address("192.0.2.1:25"), "192.0.2.1");
  EXPECT_EQ(header::bare_address("[unix socket]"), "unix socket");
  EXPECT_EQ(header::bare_address("["), "[");
}

TEST(TraceComment, Tls) {
  const struct {
    const char* text;
    const char* version;
    const char* cipher;
  } rows[] = {
      {"version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLSv1.2",
       "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
      {"Cipher TLSv1:DES-CBC3-SHA:168", "TLSv1", "DES-CBC3-SHA"},
      {"TLS: TLSv1/SSLv3, 168bits,DES-CBC3-SHA", "TLSv1", "DES-CBC3-SHA"},
      {"ESMTP/TLS/DHE-RSA-AES256-GCM-SHA384", "", "DHE-RSA-AES256-GCM-SHA384"},
      {"version=TLSv1/SSLv3 cipher=OTHER", "TLSv1", ""},
      {"Postfix 3.5-nodes-AES", "", ""},
      {"SSLv3", "SSLv3", ""},
      {"", "", ""},
  };
  for (const auto& row : rows) {
    header::Received out;
    header::read_tls(row.text, out);
    EXPECT_EQ(out.tls, row.version) << row.text;
    EXPECT_EQ(out.cipher, row.cipher) << row.text;
  }
}

TEST(TraceComment, Clients) {
  const struct {
    const char* text;
    const char* wanted;  // ip, host, helo, verb, ident
  } rows[] = {
      {"host.test [192.0.2.1]", "192.0.2.1,host.test,,,"},
      {"host.test. [IPv6:::1] (may be forged)", "::1,host.test.,,,"},
      {"<host.test>[192.0.2.1]", "192.0.2.1,host.test,,,"},
      {"unknown [192.0.2.1]", "192.0.2.1,,,,"},
      {"192.0.2.1 [192.0.2.1]", "192.0.2.1,,,,"},
      {"192.0.2.1, HELO x.test", "192.0.2.1,,x.test,HELO,"},
      {"LHLO ", ",,,LHLO,"},
      {"account joe HELO [192.0.2.1]", ",,192.0.2.1,HELO,"},
      {"IDENT:joe@host.test [192.0.2.1]", "192.0.2.1,,,,joe@host.test"},
      {"joe@[192.0.2.1]", "192.0.2.1,,,,joe"},
      {"AVG SMTP 7.0.299 [265.6.8]", ",,,,"},
      {"TLSv1.3", ",,,,"},
      {"", ",,,,"},
  };
  for (const auto& row : rows) {
    header::Received out;
    header::read_client_comment(row.text, out);
    EXPECT_EQ(out.ip + "," + out.host + "," + out.helo + "," + out.verb + "," + out.ident, row.wanted)
        << row.text;
  }
}

}  // namespace
}  // namespace trace_comment_test
