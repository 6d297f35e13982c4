#include "serve/filter_helper.hpp"

#include <gtest/gtest.h>

namespace {

TEST(FilterHelper, RequestsComeBackAsTheyWere) {
  const serve::FilterEnvelope envelope = {"", {"bob@example.test", "\"a b\"@example.test"}, "192.0.2.1", ""};
  const auto back = serve::parse_request(serve::to_request(envelope)).value();
  EXPECT_EQ(back.sender, envelope.sender);
  EXPECT_EQ(back.recipients, envelope.recipients);
  EXPECT_EQ(back.address, envelope.address);
  EXPECT_EQ(back.user, envelope.user);
}

TEST(FilterHelper, WhatIsNotWholeIsNone) {
  for (const std::string& text : {std::string(), std::string("a\n"), std::string("a\nb\n\n"),
                                  std::string("a\nb\n\nbob"), std::string("a\nb\n\nbo\0b\n", 9)})
    EXPECT_FALSE(serve::parse_request(text)) << text;
}

}  // namespace
