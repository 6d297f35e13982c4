#include "mime/disposition.hpp"

#include <gtest/gtest.h>

#include "header/field.hpp"

namespace disposition_test {
namespace {

mime::Notification read_by_bob() {
  mime::Notification out;
  out.from = "bob@example.test";
  out.hostname = "mx.test";
  out.message_id = "u@mx.test";
  return out;
}

std::string notification(const mime::Notification& what, std::string_view head) {
  return mime::disposition_notification(what, mime::read_disposition_request(header::parse_fields(head)),
                                        head);
}

constexpr std::string_view head =
    "Return-Path: <a@b.test>\nDisposition-Notification-To: a@b.test\nMessage-ID: <1@b.test>\nSubject: x\n";

TEST(Disposition, TheWholeOfIt) {
  EXPECT_EQ(notification(read_by_bob(), head),
            "From: <bob@example.test>\n"
            "To: <a@b.test>\n"
            "Subject: Disposition notification: x\n"
            "Date: Thu, 1 Jan 1970 00:00:00 +0000\n"
            "Message-ID: <u@mx.test>\n"
            "In-Reply-To: <1@b.test>\n"
            "References: <1@b.test>\n"
            "Auto-Submitted: auto-replied\n"
            "MIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=disposition-notification;\n"
            "\tboundary=\"disposition-u\"\n"
            "\n"
            "--disposition-u\n"
            "Content-Type: text/plain; charset=utf-8\n"
            "Content-Transfer-Encoding: 8bit\n"
            "\n"
            "The message that you have sent to bob@example.test\n"
            "with the subject \"x\"\n"
            "has been displayed. This is no guarantee that it has been read or understood.\n"
            "\n"
            "--disposition-u\n"
            "Content-Type: message/disposition-notification\n"
            "\n"
            "Reporting-UA: mx.test; tubepost\n"
            "Final-Recipient: rfc822;bob@example.test\n"
            "Original-Message-ID: <1@b.test>\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\n"
            "\n"
            "--disposition-u\n"
            "Content-Type: text/rfc822-headers\n"
            "\n" +
                std::string(head) +
                "\n"
                "--disposition-u--\n");
}

TEST(Disposition, ModesAndTypes) {
  const struct {
    const char* word;
    bool automatic_action, sent_automatically;
    const char* wanted;
  } rows[] = {{"displayed", false, false, "manual-action/MDN-sent-manually; displayed"},
              {"Deleted", false, true, "manual-action/MDN-sent-automatically; deleted"},
              {"dispatched", true, true, "automatic-action/MDN-sent-automatically; dispatched"},
              {"processed", true, false, "automatic-action/MDN-sent-manually; processed"}};
  for (const auto& row : rows) {
    auto what = read_by_bob();
    what.type = mime::parse_disposition_type(row.word).value();
    what.automatic_action = row.automatic_action;
    what.sent_automatically = row.sent_automatically;
    EXPECT_NE(notification(what, head).find("\nDisposition: " + std::string(row.wanted) + "\n"),
              std::string::npos);
  }
  EXPECT_FALSE(mime::parse_disposition_type("failed"));
  EXPECT_FALSE(mime::parse_disposition_type(""));
}

TEST(Disposition, ItsBoundaryIsNotInWhatItReturns) {
  const auto text = notification(read_by_bob(), std::string(head) + "X: --disposition-u--\n");
  EXPECT_NE(text.find("boundary=\"disposition-ux\""), std::string::npos);
}

TEST(Disposition, AHugeHeaderStaysOut) {
  const auto text = notification(read_by_bob(), std::string(head) + "X: " + std::string(300'000, 'x') + "\n");
  EXPECT_EQ(text.find("rfc822-headers"), std::string::npos);
  EXPECT_LT(text.size(), 10'000u);
}

}  // namespace
}  // namespace disposition_test
