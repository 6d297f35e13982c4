#include "imap/thread_id.hpp"

#include <gtest/gtest.h>

namespace {

TEST(ThreadId, IsThatOfTheFirstMessage) {
  const auto first = imap::thread_id("Message-ID: <1@x>\r\n\r\n");
  EXPECT_EQ(first.size(), 33u);
  EXPECT_EQ(imap::thread_id("Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\n"), first);
  EXPECT_EQ(imap::thread_id("Message-ID: <3@x>\r\nIn-Reply-To: <2@x>\r\nReferences: <1@x> <2@x>\r\n\r\n"),
            first);
  EXPECT_NE(imap::thread_id("Message-ID: <2@x>\r\n\r\n"), first);
  EXPECT_EQ(imap::thread_id("Subject: x\r\n\r\n"), "");
}

}  // namespace
