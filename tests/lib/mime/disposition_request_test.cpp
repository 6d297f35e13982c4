#include "mime/disposition_request.hpp"

#include <gtest/gtest.h>

namespace disposition_request_test {
namespace {

using mime::Consent;

TEST(DispositionRequest, WhoMustBeAskedAndWhoIsNotTold) {
  const std::string path = "Return-Path: <a@b.test>\n";
  const std::string asks = "Disposition-Notification-To: a@b.test\n";
  const struct {
    std::string head;
    Consent wanted;
  } rows[] = {
      {path + asks, Consent::not_needed},
      {path + "disposition-notification-to: Ann <a@B.Test>\n", Consent::not_needed},
      {"Return-Path: <\"a\"@b.test>\n" + asks, Consent::not_needed},
      {path + "Disposition-Notification-To: a@b.test, a@b.test\n", Consent::not_needed},
      {path + "Disposition-Notification-To: A@b.test\n", Consent::needed},
      {path + "Disposition-Notification-To: a@b.test, c@d.test\n", Consent::needed},
      {asks, Consent::needed},
      {path + path + asks, Consent::needed},
      {"Return-Path: <>\n" + asks, Consent::needed},
      {"Return-Path: <a@c.test>\n" + asks, Consent::needed},
      {path, Consent::forbidden},
      {path + asks + asks, Consent::forbidden},
      {path + "Disposition-Notification-To:\n", Consent::forbidden},
      {path + "Disposition-Notification-To: ann\n", Consent::forbidden},
      {path + "Disposition-Notification-To: a@b.test, ann\n", Consent::forbidden},
      {path + "Disposition-Notification-To: \xc3\xa4@b.test\n", Consent::forbidden},
      {path + asks + "List-Id: <x.y>\n", Consent::forbidden},
      {path + asks + "Content-Type: multipart/report; x=y\n", Consent::forbidden},
      {path + asks + "Auto-Submitted: auto-replied\n", Consent::forbidden},
      {path + asks + "Auto-Submitted: auto-generated\n", Consent::not_needed},
      {path + asks + "Disposition-Notification-Options: a=required,b\n", Consent::forbidden},
  };
  for (const auto& row : rows) {
    const auto request = mime::read_disposition_request(header::parse_fields(row.head));
    EXPECT_EQ(request.consent, row.wanted) << row.head << request.reason;
    EXPECT_EQ(request.reason.empty(), row.wanted == Consent::not_needed) << row.head;
    EXPECT_EQ(request.to.empty(), row.wanted == Consent::forbidden) << row.head;
  }
}

TEST(DispositionRequest, OptionsThatMustBeUnderstood) {
  for (const char* body : {"", " ", "a=optional,b", " a = Optional , b, c ; d=optional,e", "a=optional,b;"})
    EXPECT_FALSE(mime::requires_an_option(body)) << body;
  for (const char* body : {"a", "a=b", "a=required,b", "a=optional,b;c=REQUIRED,d", "=", "a=optionally,b"})
    EXPECT_TRUE(mime::requires_an_option(body)) << body;
}

TEST(DispositionRequest, WhatTheNotificationRepeats) {
  const auto request = mime::read_disposition_request(
      header::parse_fields("Return-Path: <a@b.test>\nDisposition-Notification-To: a@b.test\n"
                           "Original-Recipient: rfc822;c@d.test\nMessage-ID:\n <1@b.test>\n"));
  EXPECT_EQ(request.original_recipient, "rfc822;c@d.test");
  EXPECT_EQ(request.message_id, "1@b.test");
}

}  // namespace
}  // namespace disposition_request_test
