#include "serve/filter_helper.hpp"

#include <gtest/gtest.h>

namespace {

TEST(FilterHelper, RequestsComeBackAsTheyWere) {
  const serve::FilterEnvelope envelope = {
      "", {"bob@example.test", "\"a b\"@example.test"}, "192.0.2.1", "", "mx.b.test", "id"};
  const auto back = serve::parse_request(serve::to_request(envelope).value()).value();
  EXPECT_EQ(back.sender, envelope.sender);
  EXPECT_EQ(back.recipients, envelope.recipients);
  EXPECT_EQ(back.address, envelope.address);
  EXPECT_EQ(back.user, envelope.user);
  EXPECT_EQ(back.helo, envelope.helo);
  EXPECT_EQ(back.id, envelope.id);
}

TEST(FilterHelper, WhatIsNotWholeIsNone) {
  for (const std::string& text :
       {std::string(), std::string("a\n"), std::string("a\nb\n\n"), std::string("a\nb\n\nc\nd\n"),
        std::string("a\nb\n\nc\nd\nbob"), std::string("a\nb\n\nc\nd\nbo\0b\n", 13)})
    EXPECT_FALSE(serve::parse_request(text)) << text;
}

TEST(FilterHelper, NothingOfAnEnvelopeCanBeTwoThings) {
  for (const auto& evil : {std::string("a\nroot@example.test"), std::string("a\0b", 3)}) {
    EXPECT_FALSE(serve::to_request({evil, {"b"}, "", "", "", ""}));
    EXPECT_FALSE(serve::to_request({"", {"b", evil}, "", "", "", ""}));
    EXPECT_FALSE(serve::to_request({"", {"b"}, evil, "", "", ""}));
    EXPECT_FALSE(serve::to_request({"", {"b"}, "", evil, "", ""}));
    EXPECT_FALSE(serve::to_request({"", {"b"}, "", "", evil, ""}));
    EXPECT_FALSE(serve::to_request({"", {"b"}, "", "", "", evil}));
  }
}

}  // namespace
