#include "mime/downgrade.hpp"

#include <gtest/gtest.h>

namespace downgrade_test {
namespace {

TEST(Downgrade, BodiesBecomeAscii) {
  const struct {
    const char* message;
    const char* wanted;
  } rows[] = {{"Subject: x\n\nplain\n", "Subject: x\n\nplain\n"},
              {"Subject: x\n\ngr\xC3\xBC\xC3\x9F"
               "e an alle\n",
               "Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=unknown-8bit\n"
               "Content-Transfer-Encoding: quoted-printable\n\ngr=C3=BC=C3=9Fe an alle\n"},
              {"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding:\n "
               "8bit\nTo: b\n\n\xC3\xA4 b c d\n",
               "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nTo: b\n"
               "Content-Transfer-Encoding: quoted-printable\n\n=C3=A4 b c d\n"},
              {"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: "
               "8bit\n\n\xFF\n--b\n\na\n"
               "--b\nContent-Type: application/x\nContent-Transfer-Encoding: 8bit\n\n\xFF\xFE\n--b--\n",
               "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n?\n--b\n\na\n"
               "--b\nContent-Type: application/x\nContent-Transfer-Encoding: base64\n\n//4=\n\n--b--\n"},
              {"MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\n"
               "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n\n\xC3\xA4 b c d\n",
               "MIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
               "MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n=C3=A4 b c d\n"}};
  for (const auto& row : rows) {
    const auto out = mime::downgrade(row.message);
    ASSERT_TRUE(out) << row.message << out.error().what;
    EXPECT_EQ(*out, row.wanted);
  }
}

TEST(Downgrade, WhatMayNotBeEncodedIsRefused) {
  for (const char* message :
       {"Subject: \xC3\xA4\n\n\xC3\xA4\n", "Content-Type: message/partial\n\n\xC3\xA4\n",
        "Content-Type: multipart/mixed\n\n\xC3\xA4\n", "Content-Transfer-Encoding: base64\n\n\xC3\xA4\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nX: \xC3\xA4\n\n--b--\n"})
    EXPECT_EQ(mime::downgrade(message).error().code, base::Exit::data) << message;
}

}  // namespace
}  // namespace downgrade_test
