#include "mime/auto_reply.hpp"

#include <gtest/gtest.h>

namespace auto_reply_test {
namespace {

mime::AutoReply away() {
  mime::AutoReply out;
  out.from = "bob@example.test";
  out.to = "a@b.test";
  out.text = "Away.\n";
  out.message_id = "u@mx.test";
  return out;
}

std::string answer(const mime::AutoReply& reply, std::string_view head) {
  const auto out = mime::auto_reply(reply, header::parse_fields(head));
  return out ? *out : "error: " + out.error().what;
}

TEST(AutoReply, TheWholeOfIt) {
  EXPECT_EQ(answer(away(), "Subject: lunch\nMessage-ID: <1@b.test>\nIn-Reply-To: <0@b.test>\n"),
            "From: bob@example.test\n"
            "To: <a@b.test>\n"
            "Subject: Auto: lunch\n"
            "Date: Thu, 1 Jan 1970 00:00:00 +0000\n"
            "Message-ID: <u@mx.test>\n"
            "In-Reply-To: <1@b.test>\n"
            "References: <0@b.test> <1@b.test>\n"
            "Auto-Submitted: auto-replied\n"
            "Precedence: bulk\n"
            "X-Auto-Response-Suppress: All\n"
            "MIME-Version: 1.0\n"
            "Content-Type: text/plain; charset=us-ascii\n"
            "\n"
            "Away.\n");
}

TEST(AutoReply, SubjectsAndNames) {
  auto reply = away();
  reply.subject = "Weg ($SUBJECT)";
  reply.name =
      "B\xc3\xb6"
      "b";
  const auto text = answer(reply, "Subject: =?iso-8859-1?q?=E4?=\n =?utf-8?q?=0ABcc:_x?=\n");
  EXPECT_NE(text.find("From: =?UTF-8?"), std::string::npos) << text;
  EXPECT_NE(text.find("<bob@example.test>\n"), std::string::npos);
  EXPECT_EQ(header::find(header::parse_fields(text), "Bcc"), nullptr);
  EXPECT_NE(answer(away(), "").find("\nSubject: Auto:\n"), std::string::npos) << answer(away(), "");
}

TEST(AutoReply, AnothersIdentifiersBringNothingIn) {
  for (const char* id : {"<no-at>", "two <1@x> <2@x>", "<\xc3\xa4@x>", ""}) {
    const auto fields = header::parse_fields(answer(away(), "Message-ID: " + std::string(id) + "\n"));
    EXPECT_EQ(header::find(fields, "References"), nullptr) << id;
  }
  std::string many = "Message-ID: <m@x>\nReferences:";
  for (int i = 0; i < 100; ++i) many += " <" + std::to_string(i) + "@x>";
  const auto text = answer(away(), many + "\n");
  EXPECT_EQ(text.find("<80@x>"), std::string::npos);
  EXPECT_NE(text.find("<81@x>"), std::string::npos);
  EXPECT_NE(text.find("<m@x>"), std::string::npos);
}

TEST(AutoReply, TextInAnyCharset) {
  auto reply = away();
  reply.text = "sp\xe4ter\n";
  EXPECT_EQ(answer(reply, ""), "error: the text is not UTF-8; what is it written in?");
  reply.charset = "iso-8859-1";
  const auto text = answer(reply, "");
  EXPECT_NE(text.find("charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nsp=E4ter\n"),
            std::string::npos)
      << text;
  reply.charset = "klingon";
  EXPECT_TRUE(answer(reply, "").starts_with("error: ")) << answer(reply, "");
}

TEST(AutoReply, TheFileOfAPerson) {
  const struct {
    const char* file;
    const char* subject;
    const char* from;
    const char* text;
  } rows[] = {{"Away.\n", "", "", "Away.\n"},
              {"", "", "", ""},
              {"Subject: gone\n\nAway.\n", "gone", "", "Away.\n"},
              {"subject: gone\nFrom: Bob <b@x.test>\n\nAway.\n", "gone", "Bob <b@x.test>", "Away.\n"},
              {"Subject: gone\nAway.\n", "", "", "Subject: gone\nAway.\n"},
              {"Note: I am away\n\nBye\n", "", "", "Note: I am away\n\nBye\n"},
              {"Subject: gone", "gone", "", ""},
              {"\nAway.\n", "", "", "\nAway.\n"}};
  for (const auto& row : rows) {
    const auto file = mime::parse_reply_file(row.file);
    EXPECT_EQ(file.subject, row.subject) << row.file;
    EXPECT_EQ(file.from, row.from) << row.file;
    EXPECT_EQ(file.text, row.text) << row.file;
  }
}

}  // namespace
}  // namespace auto_reply_test
