#include "header/received.hpp"

#include <gtest/gtest.h>

#include "show_defects.hpp"

namespace received_test {
namespace {

std::string show_received(const header::Received& r) {
  std::string out;
  const auto add = [&](const char* name, std::string_view value) {
    if (!value.empty()) out += (out.empty() ? "" : " ") + std::string(name) + "=" + std::string(value);
  };
  add("from", r.from);
  add("by", r.by);
  add("via", r.via);
  add("with", r.with);
  add("protocol", r.protocol);
  add("id", r.id);
  add("for", r.for_);
  add("helo", r.helo);
  add("verb", r.verb);
  add("ip", r.ip);
  add("host", r.host);
  add("ident", r.ident);
  add("tls", r.tls);
  add("cipher", r.cipher);
  add("date", r.date ? std::to_string(r.date->seconds()) : "");
  return out;
}

struct Row {
  const char* text;
  const char* wanted;
  const char* defects;
};

void check(const Row& row) {
  base::Defects defects;
  EXPECT_EQ(show_received(header::parse_received(row.text, &defects)), row.wanted) << row.text;
  EXPECT_EQ(show(defects), row.defects) << row.text;
}

constexpr const char* date = "; 1 Jan 1970 00:00:01 +0000";

TEST(Received, AsTheRfcHasIt) {
  const std::string rfc =
      std::string(
          "from x.y.test\r\n by example.net\r\n via TCP\r\n with ESMTP\r\n id ABC12345\r\n"
          " for <mary@example.net>") +
      date;
  check({rfc.c_str(),
         "from=x.y.test by=example.net via=TCP with=ESMTP protocol=ESMTP id=ABC12345"
         " for=mary@example.net date=1",
         ""});
  const std::string postfix = std::string(
                                  "from a.test (host.b.test [192.0.2.1]) (using TLSv1.3 with cipher "
                                  "TLS_AES_256_GCM_SHA384 (256/256 bits)) by c.test (Postfix) with ESMTPS id "
                                  "4/X") +
                              date;
  check({postfix.c_str(),
         "from=a.test by=c.test with=ESMTPS protocol=ESMTPS id=4/X ip=192.0.2.1 host=host.b.test "
         "tls=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 date=1",
         ""});
}

TEST(Received, AsProgramsWriteIt) {
  const Row rows[] = {
      {"from [IPv6:2001:db8::1] (helo=x.test ident=joe) by [192.0.2.9] with local-bsmtp;1 Jan 1970 00:00:01 "
       "+0000",
       "from=2001:db8::1 by=192.0.2.9 with=local-bsmtp protocol=SMTP helo=x.test verb=HELO ident=joe date=1",
       ""},
      {"from unknown (EHLO x.test) (joe@192.0.2.1) by y.test with SMTP; 1 Jan 1970 00:00:01 +0000",
       "from=unknown by=y.test with=SMTP protocol=SMTP helo=x.test verb=EHLO ident=joe@192.0.2.1 date=1", ""},
      {"from ([192.0.2.1:49601] helo=x.test) by y.test with Microsoft SMTPSVC(5.0); 1 Jan 1970 00:00:01 "
       "+0000",
       "by=y.test with=Microsoft SMTPSVC protocol=SMTP helo=x.test verb=HELO ip=192.0.2.1 date=1", ""},
      {"from a.test [192.0.2.1] by b.test via mail from stdin id <1@b.test>; 1 Jan 1970 00:00:01 +0000",
       "from=a.test by=b.test via=mail id=1@b.test ip=192.0.2.1 date=1", "repeated-clause@43"},
      {"from 192.0.2.1 ( [192.0.2.2]) as user joe@a.test by b.test; 1 Jan 1970 00:00:01 +0000",
       "from=192.0.2.1 by=b.test ip=192.0.2.2 ident=joe@a.test date=1", ""},
      {"(from joe@localhost) by b.test (8.12) id 1; 1 Jan 1970 00:00:01 +0000",
       "from=joe@localhost by=b.test id=1 date=1", ""},
      {"(qmail 1 invoked by uid 2); 1 Jan 1970 00:00:01 -0000", "date=1", "received-without-by@0"},
      {"from a by b with esmtps (TLS1.2:ECDHE_RSA_AES_128_GCM_SHA256:128) id 1; 1 Jan 1970 00:00:01 +0000",
       "from=a by=b with=esmtps protocol=ESMTPS id=1 tls=TLSv1.2 cipher=ECDHE_RSA_AES_128_GCM_SHA256 date=1",
       ""},
      {"from a by b with [X 1.2 ESMTP Server] id <c> for <d@e> from <f@g>; 1 Jan 1970 00:00:01 +0000",
       "from=a by=b with=X 1.2 ESMTP Server protocol=ESMTP id=c for=d@e date=1", "repeated-clause@55"},
      {"FROM a BY b ID c ; 1 Jan 1970 00:00:01 +0000 for <d@e>", "from=a by=b id=c for=d@e date=1", ""},
      {"from a by b; id=c; 1 Jan 1970 00:00:01 +0000", "from=a by=b date=1", ""},
      {"from a by b", "from=a by=b", "received-without-date@11"},
      {"from a by b; soon", "from=a by=b", "bad-date@12"},
      {"", "", "received-without-by@0 received-without-date@0"},
      {"from (((", "", "open-comment@5 received-without-by@0 received-without-date@8"},
      {"from <a [b \"c", "from=a [b \"c", "received-without-by@0 received-without-date@13"},
  };
  for (const auto& row : rows) check(row);
}

}  // namespace
}  // namespace received_test
