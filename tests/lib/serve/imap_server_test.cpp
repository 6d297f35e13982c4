#include "serve/imap_server.hpp"

#include <signal.h>

#include <gtest/gtest.h>

#include "maildir/deliver.hpp"
#include "talk.hpp"

namespace {

std::string session(const Directory& directory, std::string_view said) {
  EXPECT_TRUE(maildir::make(directory.path() + "/Maildir"));
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
  const auto heard = session(directory, "a APPEND INBOX {2000000}\r\nb LOGIN {2000000+}\r\n" +
                                            std::string(2'000'000, 'x') + " y\r\nd NOOP\r\n");
  EXPECT_NE(heard.find("a NO [TOOBIG]"), std::string::npos);
  EXPECT_NE(heard.find("b NO [TOOBIG]"), std::string::npos);
  EXPECT_NE(heard.find("d OK done"), std::string::npos);
}

// The tail of such a line is not known: it may have announced a literal, whose octets are no commands.
TEST(ImapServer, AfterALineThatIsTooLongNothingRuns) {
  const Directory directory;
  const auto heard =
      session(directory, "c " + std::string(70'000, 'x') + " {18+}\r\nd CREATE smuggled\r\ne NOOP\r\n");
  EXPECT_EQ(heard.find("d OK"), std::string::npos) << heard;
  EXPECT_TRUE(heard.ends_with("* BYE longer than this server reads\r\n")) << heard;
}

TEST(ImapServer, TheLiteralsOfACommandShareOneLimit) {
  const Directory directory;
  std::string many = "a ID (";
  for (int i = 0; i < 30; ++i) many += "{50000+}\r\n" + std::string(50'000, 'x') + " ";
  const auto heard = session(directory, many + ")\r\nb NOOP\r\n");
  EXPECT_NE(heard.find("\r\na NO [TOOBIG]"), std::string::npos) << heard;
  EXPECT_NE(heard.find("\r\nb OK done"), std::string::npos) << heard;
}

TEST(ImapServer, OneLiteralOfAnAppendHasTheRoomOfAMessage) {
  const Directory directory;
  const std::string big(900'000, 'x');
  const auto heard = session(
      directory, "a APPEND INBOX {900000+}\r\n" + big + "\r\nb APPEND INBOX {900000+}\r\n" + big +
                     " {900000+}\r\n" + big + " {900000+}\r\n" + big + "\r\nc APPEND {1100000+}\r\n" +
                     std::string(1'100'000, 'x') + "\r\nd APPEND {5+}\r\nINBOX {1000001}\r\ne NOOP\r\n");
  EXPECT_NE(heard.find("\r\na OK [APPENDUID "), std::string::npos) << heard;
  EXPECT_NE(heard.find("\r\nb NO [TOOBIG]"), std::string::npos) << heard;
  EXPECT_NE(heard.find("\r\nc NO [TOOBIG]"), std::string::npos) << heard;
  EXPECT_NE(heard.find("\r\nd NO [TOOBIG]"), std::string::npos) << heard;
  EXPECT_NE(heard.find("\r\ne OK done"), std::string::npos) << heard;
}

TEST(ImapServer, AMaxSizeBelowTheLimitOfACommandHolds) {
  const Directory directory;
  const auto heard =
      hear("t\na APPEND INBOX {2000+}\r\n" + std::string(2000, 'x') + "\r\n", [&](net::Wire& wire) {
        (void)serve::imap_session(wire, {directory.path() + "/Maildir", "mx.test", 1500});
      });
  EXPECT_NE(heard.find("\r\na NO [TOOBIG]"), std::string::npos) << heard;
}

TEST(ImapServer, WhatNeverEndsIsGivenUp) {
  // Given up while the client still writes.
  (void)signal(SIGPIPE, SIG_IGN);
  const Directory directory;
  const auto said = [](std::size_t lines, std::size_t length) {
    std::string out = "a ";
    for (std::size_t i = 0; i < lines; ++i) out += std::string(length, 'x') + "{0+}\r\n";
    return out;
  };
  EXPECT_TRUE(session(directory, said(700, 60'000)).ends_with("* BYE longer than this server reads\r\n"));
  const auto before_login = [](std::string_view text) {
    return hear(text, [](net::Wire& wire) {
      (void)serve::imap_before_login(wire, serve::Gate(-1), {{{"PLAIN"}, true}});
    });
  };
  EXPECT_TRUE(before_login(said(100, 8'000)).ends_with("* BYE longer than this server reads\r\n"));
  EXPECT_TRUE(before_login("a LOGIN {300000+}\r\n").ends_with("* BYE longer than this server reads\r\n"));
  const auto heard = before_login(said(5, 8'000) + "\r\nb NOOP\r\n");
  EXPECT_NE(heard.find("\r\na BAD larger than"), std::string::npos) << heard;
  EXPECT_NE(heard.find("\r\nb OK done"), std::string::npos) << heard;
}

TEST(ImapServer, AResponseThatIsTooBigIsAnsweredUnderTheTagOfItsCommand) {
  const auto heard = hear("a AUTHENTICATE PLAIN\r\nb {20000}\r\nc NOOP\r\n", [](net::Wire& wire) {
    (void)serve::imap_before_login(wire, serve::Gate(-1), {{{"PLAIN"}, true}});
  });
  EXPECT_NE(heard.find("+ \r\na BAD larger than"), std::string::npos) << heard;
  EXPECT_NE(heard.find("\r\nc OK done"), std::string::npos) << heard;
}

TEST(ImapServer, ALoginThatNobodyCanCheckIsAnswered) {
  bool failed = false;
  const auto heard = hear("a LOGIN bob secret\r\nb NOOP\r\n", [&](net::Wire& wire) {
    failed = !serve::imap_before_login(wire, serve::Gate(-1), {{{"PLAIN"}, true}});
  });
  EXPECT_TRUE(failed);
  EXPECT_TRUE(heard.ends_with("\r\na NO [UNAVAILABLE] the login cannot be checked now\r\n")) << heard;
}

/// A client that sends one NOOP after the other as long as it is answered. Whether the server was the first
/// to have enough; `heard` is what it said last.
bool is_left_alone(int timeout, std::string_view said, std::string& heard) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
  fs::Fd client(ends[0]);
  fs::Fd server(ends[1]);
  std::thread talker([&] {
    net::Wire wire(server.get(), server.get(), timeout);
    (void)serve::imap_before_login(wire, serve::Gate(-1), {{{"PLAIN"}, true}});
    (void)wire.flush();
    shutdown(server.get(), SHUT_RDWR);
  });
  char chunk[4096];
  ssize_t got = 0;
  const auto patience = net::Wire::Clock::now() + std::chrono::seconds(20);
  while (net::Wire::Clock::now() < patience && (got = read(client.get(), chunk, sizeof chunk)) > 0) {
    heard.assign(chunk, static_cast<std::size_t>(got));
    (void)send(client.get(), said.data(), said.size(), MSG_NOSIGNAL);
  }
  shutdown(client.get(), SHUT_RDWR);
  talker.join();
  return got <= 0;
}

TEST(ImapServer, AllBeforeLoginHasOneEnd) {
  std::string heard;
  EXPECT_TRUE(is_left_alone(200, "a NOOP\r\n", heard));
  EXPECT_TRUE(heard.ends_with("* BYE the login took too long\r\n")) << heard;
  EXPECT_TRUE(is_left_alone(50, "", heard));
  EXPECT_TRUE(heard.ends_with("* BYE the login took too long\r\n")) << heard;
}

}  // namespace
