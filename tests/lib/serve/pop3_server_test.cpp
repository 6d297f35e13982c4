#include "serve/pop3_server.hpp"

#include <gtest/gtest.h>

#include "maildir/deliver.hpp"
#include "talk.hpp"

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
    return hear(said, [&](net::Wire& wire) { (void)serve::pop3_session(wire, maildir); });
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

TEST(Pop3Server, AMessageThatGoesAwayMeanwhileEndsNothing) {
  const Mail mail;
  const auto heard = hear("RETR 1\r\nRETR 2\r\nQUIT\r\n", [&](net::Wire& wire) {
    // Seen when the session begins, gone when it is asked for.
    (void)serve::pop3_session(wire, mail.maildir);
  });
  EXPECT_NE(heard.find("second\r\n.\r\n"), std::string::npos) << heard;
}

}  // namespace
