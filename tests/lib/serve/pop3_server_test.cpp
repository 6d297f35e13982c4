#include "serve/pop3_server.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "maildir/deliver.hpp"
#include "talk.hpp"

namespace pop3_server_test {
namespace {

struct Mail {
  Directory directory;
  std::string maildir = directory.path() + "/Maildir";
  Mail() {
    for (const char* text : {"Subject: one\n\n.dot\nend\n", "Subject: two\n\nsecond\n"}) {
      auto delivery = maildir::Delivery::create(maildir, std::to_string(++count) + ".x").value();
      EXPECT_TRUE(delivery.write(text));
      EXPECT_TRUE(delivery.commit());
    }
  }
  std::string session(std::string_view said) const {
    return hear("\r\n" + std::string(said),
                [&](net::Wire& wire) { (void)serve::pop3_session(wire, maildir, 0); });
  }
  std::size_t messages() const {
    std::size_t out = 0;
    for (const char* part : {"/new", "/cur"})
      out += static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(maildir + part), {}));
    return out;
  }
  int count = 0;
};

TEST(Pop3Server, SendsMessagesAsTheyGoOverTheWire) {
  const Mail mail;
  const auto heard = mail.session("STAT\r\nRETR 1\r\nTOP 2 0\r\nQUIT\r\n");
  EXPECT_NE(heard.find("+OK 2 "), std::string::npos) << heard;
  EXPECT_NE(heard.find("Subject: one\r\n\r\n..dot\r\nend\r\n.\r\n"), std::string::npos) << heard;
  EXPECT_NE(heard.find("Subject: two\r\n\r\n.\r\n"), std::string::npos) << heard;
  EXPECT_EQ(mail.messages(), 2u);
}

TEST(Pop3Server, WhatIsSaidOfTheLoginHasAnEnd) {
  const Mail mail;
  const auto hear_with = [&](const std::string& before) {
    return hear(before + "\r\nCAPA\r\nQUIT\r\n",
                [&](net::Wire& wire) { (void)serve::pop3_session(wire, mail.maildir, 0); });
  };
  EXPECT_NE(hear_with("USER\r\n").find("USER\r\n"), std::string::npos);
  std::string endless;
  for (int i = 0; i < 1000; ++i) endless += "SASL X\r\n";
  EXPECT_EQ(hear_with(endless), "");
}

TEST(Pop3Server, QuitRemovesWhatWasDeletedABrokenConnectionNothing) {
  const Mail mail;
  (void)mail.session("DELE 1\r\n");
  EXPECT_EQ(mail.messages(), 2u);
  (void)mail.session("DELE 1\r\nRSET\r\nQUIT\r\n");
  EXPECT_EQ(mail.messages(), 2u);
  (void)mail.session("DELE 1\r\nQUIT\r\n");
  EXPECT_EQ(mail.messages(), 1u);
  EXPECT_NE(mail.session("STAT\r\n").find("+OK 1 "), std::string::npos);
}

TEST(Pop3Server, ALoginThatNobodyCanCheckIsNotRefused) {
  for (const bool answers : {true, false}) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    const fs::Fd ours(ends[0]);
    const fs::Fd theirs(ends[1]);
    std::thread parent([&] {
      char request[64];
      (void)recv(ours.get(), request, sizeof request, 0);
      if (answers) (void)send(ours.get(), "t", 1, 0);
      shutdown(ours.get(), SHUT_RDWR);
    });
    const auto heard = hear("USER a\r\nPASS b\r\nQUIT\r\n", [&](net::Wire& wire) {
      EXPECT_EQ(serve::pop3_before_login(wire, serve::Gate(theirs.get()), {{{"PLAIN"}, true}}).has_value(),
                answers);
    });
    parent.join();
    EXPECT_NE(heard.find("-ERR [SYS/TEMP] "), std::string::npos) << heard;
    EXPECT_EQ(heard.ends_with("+OK bye\r\n"), answers) << heard;
  }
}

/// A client that waits for what it hears.
class Client {
 public:
  explicit Client(const std::string& maildir) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
    ours_.reset(ends[0]);
    (void)fs::write_all(ours_.get(), "\r\n");  // what comes with a login: nothing
    server_ = std::thread([end = ends[1], maildir] {
      const fs::Fd theirs(end);
      net::Wire wire(end, end, 5000);
      (void)serve::pop3_session(wire, maildir, 0);
    });
  }
  ~Client() {
    ours_.reset();
    server_.join();
  }
  /// Says it and reads until what was heard ends in `end`, or nothing comes any more.
  std::string say(std::string_view line, std::string_view end = "\r\n") {
    (void)fs::write_all(ours_.get(), line);
    std::string heard;
    char c = 0;
    while (!heard.ends_with(end) && read(ours_.get(), &c, 1) == 1) heard += c;
    return heard;
  }

 private:
  fs::Fd ours_;
  std::thread server_;
};

TEST(Pop3Server, AMessageThatGoesAwayOrCannotBeReadEndsNothing) {
  const Mail mail;
  auto delivery = maildir::Delivery::create(mail.maildir, "3.x").value();
  ASSERT_TRUE(delivery.write("Subject: three\n\nthird\n"));
  ASSERT_TRUE(delivery.commit());
  Client client(mail.maildir);
  EXPECT_EQ(client.say(""), "+OK 3 messages\r\n");
  for (const auto& file : std::filesystem::directory_iterator(mail.maildir + "/new")) {
    const auto path = file.path().string();
    if (path.find("/3.x") != path.npos) continue;
    std::filesystem::remove(path);
    if (path.find("/2.x") != path.npos) std::filesystem::create_directory(path);
  }
  EXPECT_TRUE(client.say("RETR 1\r\n").starts_with("-ERR another"));
  EXPECT_TRUE(client.say("RETR 2\r\n").starts_with("-ERR [SYS/TEMP]"));
  EXPECT_TRUE(client.say("TOP 2 0\r\n").starts_with("-ERR [SYS/TEMP]"));
  EXPECT_TRUE(client.say("RETR 3\r\n", "\r\n.\r\n").ends_with("third\r\n.\r\n"));
}

/// Root may read everything; while this lives, the test is somebody else.
class SomebodyElse {
 public:
  SomebodyElse() {
    if (root_ && seteuid(65534) != 0) std::abort();
  }
  ~SomebodyElse() {
    if (root_ && seteuid(0) != 0) std::abort();
  }

 private:
  bool root_ = geteuid() == 0;
};

TEST(Pop3Server, AMessageThatCannotBeReadHidesNoOther) {
  const Mail mail;
  const std::string file = mail.maildir + "/cur/0.unreadable:2,";
  std::ofstream(file) << "Subject: zero\n\nx\n";
  std::filesystem::permissions(file, std::filesystem::perms::none);
  if (geteuid() == 0) {
    ASSERT_EQ(chown(mail.directory.path().c_str(), 65534, 65534), 0);
    for (const char* part : {"", "/new", "/cur"})
      ASSERT_EQ(chown((mail.maildir + part).c_str(), 65534, 65534), 0);
  }
  const SomebodyElse here;
  EXPECT_TRUE(mail.session("STAT\r\nUIDL\r\n").starts_with("+OK 2 messages\r\n+OK 2 "));
}

}  // namespace
}  // namespace pop3_server_test
