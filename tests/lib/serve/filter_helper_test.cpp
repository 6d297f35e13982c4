#include "serve/filter_helper.hpp"

#include <gtest/gtest.h>

namespace {

TEST(FilterHelper, RequestsComeBackAsTheyWere) {
  const serve::FilterEnvelope envelope = {
      "", {"bob@example.test", "\"a b\"@example.test"}, "192.0.2.1", "", "mx.test"};
  const auto back = serve::parse_request(serve::to_request(envelope)).value();
  EXPECT_EQ(back.sender, envelope.sender);
  EXPECT_EQ(back.recipients, envelope.recipients);
  EXPECT_EQ(back.address, envelope.address);
  EXPECT_EQ(back.user, envelope.user);
  EXPECT_EQ(back.host, envelope.host);
}

TEST(FilterHelper, WhatIsNotWholeIsNone) {
  for (const std::string& text : {std::string(), std::string("a\n"), std::string("a\nb\n\n\n"),
                                  std::string("a\nb\n\n\nbob"), std::string("a\nb\n\n\nbo\0b\n", 10)})
    EXPECT_FALSE(serve::parse_request(text)) << text;
}

}  // namespace
