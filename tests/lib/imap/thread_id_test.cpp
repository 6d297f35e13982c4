#include "imap/thread_id.hpp"

#include <gtest/gtest.h>

namespace thread_id_test {
namespace {

std::string id_of(std::string_view header, std::string_view email_id = "M1") {
  const auto gist = imap::make_gist(header);
  return imap::thread_id(imap::Gist(gist), email_id);
}

TEST(ThreadId, IsThatOfTheFirstMessage) {
  const auto first = id_of("Message-ID: <1@x>\r\n\r\n");
  EXPECT_EQ(first.size(), 33u);
  EXPECT_EQ(id_of("Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\n"), first);
  EXPECT_EQ(id_of("Message-ID: <3@x>\r\nIn-Reply-To: <2@x>\r\nReferences: <1@x> <2@x>\r\n\r\n"), first);
  EXPECT_NE(id_of("Message-ID: <2@x>\r\n\r\n"), first);
}

TEST(ThreadId, OneThatRefersToNothingIsAloneWithItsCopies) {
  const auto id = id_of("Subject: x\r\n\r\n", "M1");
  EXPECT_EQ(id.size(), 33u);
  EXPECT_EQ(id_of("Subject: x\r\n\r\n", "M1"), id);
  EXPECT_NE(id_of("Subject: x\r\n\r\n", "M2"), id);
}

}  // namespace
}  // namespace thread_id_test
