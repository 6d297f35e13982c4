#include "serve/imap_server.hpp"

#include <gtest/gtest.h>

#include "talk.hpp"

namespace {

std::string session(const Directory& directory, std::string_view said) {
  return hear("t\n" + std::string(said), [&](net::Wire& wire) {
    (void)serve::imap_session(wire, {directory.path() + "/Maildir", "mx.test", 1'000'000});
  });
}

TEST(ImapServer, LiteralsOfEveryKind) {
  const Directory directory;
  const auto heard = session(directory,
                             "a APPEND INBOX {17}\r\nSubject: x\r\n\r\ny\r\n\r\nb APPEND {5+}\r\nINBOX "
                             "{10+}\r\nSubject: y\r\nc STATUS INBOX (MESSAGES)\r\n");
  EXPECT_TRUE(heard.starts_with("t OK [CAPABILITY ")) << heard;
  EXPECT_NE(heard.find("+ go on\r\na OK [APPENDUID "), std::string::npos) << heard;
  EXPECT_NE(heard.find("\r\nb OK [APPENDUID "), std::string::npos) << heard;
  EXPECT_NE(heard.find("(MESSAGES 2)"), std::string::npos) << heard;
}

TEST(ImapServer, WhatIsTooBigIsRefusedAndReadPast) {
  const Directory directory;
  const auto heard =
      session(directory, "a APPEND INBOX {2000000}\r\nb LOGIN {2000000+}\r\n" + std::string(2'000'000, 'x') +
                             " y\r\nc " + std::string(70'000, 'x') + "\r\nd NOOP\r\n");
  EXPECT_NE(heard.find("a NO [TOOBIG]"), std::string::npos);
  EXPECT_NE(heard.find("b NO [TOOBIG]"), std::string::npos);
  EXPECT_NE(heard.find("d OK done"), std::string::npos);
}

}  // namespace
