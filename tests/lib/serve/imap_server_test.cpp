#include "serve/imap_server.hpp"

#include <poll.h>
#include <signal.h>

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "fs/lock.hpp"
#include "maildir/deliver.hpp"
#include "talk.hpp"

namespace imap_server_test {
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
  testing::internal::CaptureStderr();
  const auto heard = hear("a LOGIN bob secret\r\nb NOOP\r\n", [&](net::Wire& wire) {
    failed = !serve::imap_before_login(wire, serve::Gate(-1), {{{"PLAIN"}, true}});
  });
  EXPECT_TRUE(failed);
  EXPECT_TRUE(heard.ends_with("\r\na NO [UNAVAILABLE] the login cannot be checked now\r\n")) << heard;
  const auto log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find(" - login user=bob verdict=not-checked peer=unknown\n"), std::string::npos) << log;
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

/// A session that answers while its client is still there.
class Live {
 public:
  /// `kind`: of socket. With SOCK_SEQPACKET each piece that heard() returns is one write.
  Live(const Directory& directory, int kind, serve::Clock clock = serve::now_seconds) {
    int ends[2];
    if (socketpair(AF_UNIX, kind, 0, ends) != 0) std::abort();
    client_ = fs::Fd(ends[0]);
    server_ = fs::Fd(ends[1]);
    server_thread_ = std::thread([this, clock, path = directory.path() + "/Maildir"] {
      net::Wire wire(server_.get(), server_.get(), 20'000);
      (void)serve::imap_session(wire, {.maildir = path, .hostname = "mx.test", .clock = clock});
      shutdown(server_.get(), SHUT_RDWR);
    });
    say("t\n");
  }
  ~Live() {
    shutdown(client_.get(), SHUT_RDWR);
    server_thread_.join();
  }
  void say(std::string_view text) { (void)send(client_.get(), text.data(), text.size(), MSG_NOSIGNAL); }
  /// Nothing within ten seconds: empty.
  std::string heard() {
    pollfd waiting = {client_.get(), POLLIN, 0};
    if (poll(&waiting, 1, 10'000) <= 0) return {};
    char piece[65'536];
    const auto got = recv(client_.get(), piece, sizeof piece, 0);
    return {piece, got > 0 ? static_cast<std::size_t>(got) : 0};
  }
  /// Whether it says that.
  bool says(std::string_view wanted) {
    std::string all;
    while (all.find(wanted) == std::string::npos) {
      const auto more = heard();
      if (more.empty()) return false;
      all += more;
    }
    return true;
  }

 private:
  fs::Fd client_;
  fs::Fd server_;
  std::thread server_thread_;
};

/// Some time ago: whoever looks has seen all there is.
void fill(const Directory& directory, int messages) {
  const auto maildir = directory.path() + "/Maildir";
  ASSERT_TRUE(maildir::make(maildir));
  for (int i = 0; i < messages; ++i)
    std::ofstream(maildir + "/cur/" + std::to_string(i) + ".x:2,") << "Subject: x\n\nx\n";
  for (const char* folder : {"/cur", "/new"})
    std::filesystem::last_write_time(maildir + folder,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
}

// A client that is still there, and may mean to send the end some day.
TEST(ImapServer, TheEndOfALineThatIsTooLongIsNotWaitedFor) {
  for (const bool idles : {false, true}) {
    const Directory directory;
    fill(directory, 1);
    Live live(directory, SOCK_STREAM);
    if (idles) {
      live.say("a SELECT INBOX\r\nb IDLE\r\n");
      ASSERT_TRUE(live.says("+ idling\r\n"));
    }
    live.say("c " + std::string(70'000, 'x'));
    EXPECT_TRUE(live.says("* BYE longer than this server reads\r\n"));
  }
}

// Names that follow flags need the folder's lock, which another may have for long.
TEST(ImapServer, NobodyWaitsForWhatCanBeDoneLater) {
  const char* const commands[][2] = {{"d IDLE\r\n", "+ idling\r\n"},
                                     {"d CLOSE\r\n", "d OK "},
                                     {"d UNSELECT\r\n", "d OK "},
                                     {"d EXAMINE INBOX\r\n", "d OK "},
                                     {"d LOGOUT\r\n", "d OK "}};
  for (const auto& [command, answer] : commands) {
    const Directory directory;
    fill(directory, 100);
    Live live(directory, SOCK_STREAM);
    live.say("b SELECT INBOX\r\nc STORE 1:* +FLAGS.SILENT (\\Seen)\r\n");
    ASSERT_TRUE(live.says("c OK "));
    const auto lock = fs::try_lock(directory.path() + "/Maildir/tubepost-lock", "busy");
    ASSERT_TRUE(lock);
    live.say(command);
    EXPECT_TRUE(live.says(answer)) << command;
  }
}

// RFC 9585: on the wire before the command has come to its end.
TEST(ImapServer, ThatACommandGoesOnIsSaidWhileItDoes) {
  const Directory directory;
  fill(directory, 3);
  // Ten seconds pass whenever somebody looks.
  Live live(directory, SOCK_SEQPACKET, [] {
    static std::atomic<std::uint64_t> now = 0;
    return now += 10;
  });
  live.say("b SELECT INBOX\r\n");
  ASSERT_TRUE(live.says("b OK "));
  live.say("c SEARCH TEXT x\r\n");
  for (int done = 0; done < 3; ++done)
    EXPECT_EQ(live.heard(), "* OK [INPROGRESS (\"c\" " + std::to_string(done) + " 3)] goes on\r\n");
  EXPECT_EQ(live.heard(), "* SEARCH 1 2 3\r\nc OK SEARCH done\r\n");
}

}  // namespace
}  // namespace imap_server_test
