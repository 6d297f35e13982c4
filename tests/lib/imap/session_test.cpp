#include "imap/session.hpp"

#include <gtest/gtest.h>

#include "imap/greeter.hpp"
#include "memory_store.hpp"

namespace session_test {
namespace {

/// The word behind the tag, and "+BYE" where the connection ends with it.
std::string word_of(const std::string& heard, bool closed) {
  const auto before = heard.rfind("\r\n", heard.size() - 3);
  const auto last = before == std::string::npos ? heard : heard.substr(before + 2);
  EXPECT_TRUE(last.starts_with("t ")) << heard;
  const auto word = last.substr(2, last.find(' ', 2) - 2);
  return word + (closed ? "+BYE" : "");
}

std::string before_login(const std::string& command) {
  imap::Greeter greeter({{"PLAIN"}, true});
  const auto step = greeter.on(imap::parse_command("t " + command));
  if (step.next == imap::Greeting::Next::authenticate) return "ask";
  if (step.next == imap::Greeting::Next::response) return step.reply.substr(0, 1);
  return word_of(step.reply, step.next == imap::Greeting::Next::close);
}

std::string after(const std::string& first, const std::string& command) {
  auto store = site();
  store.boxes["box"];
  Client client(store);
  if (!first.empty()) client.say(first);
  const auto heard = client.say("t " + command);
  return word_of(heard, client.closed);
}

struct Row {
  const char* command;
  // Before login, after it, with a mailbox selected, with one examined.
  const char* words[4];
};

constexpr Row in_any_state[] = {
    {"CAPABILITY", {"OK", "OK", "OK", "OK"}},
    {"NOOP", {"OK", "OK", "OK", "OK"}},
    {"ID NIL", {"OK", "OK", "OK", "OK"}},
    {"LOGOUT", {"OK+BYE", "OK+BYE", "OK+BYE", "OK+BYE"}},
    {"STARTTLS", {"BAD", "BAD", "BAD", "BAD"}},
    {"XYZZY", {"BAD", "BAD", "BAD", "BAD"}},
    {"UID XYZZY", {"BAD", "BAD", "BAD", "BAD"}},
    {"LOGIN a b", {"ask", "BAD", "BAD", "BAD"}},
    {"AUTHENTICATE PLAIN", {"+", "BAD", "BAD", "BAD"}},
    {"AUTHENTICATE PLAIN AHRpbQB0YW5zdGFhZg==", {"ask", "BAD", "BAD", "BAD"}},
    {"AUTHENTICATE OTHER", {"NO", "BAD", "BAD", "BAD"}},
};

constexpr Row after_login[] = {
    {"NAMESPACE", {"BAD", "OK", "OK", "OK"}},
    {"SELECT INBOX", {"BAD", "OK", "OK", "OK"}},
    {"SELECT none", {"BAD", "NO", "NO", "NO"}},
    {"EXAMINE INBOX", {"BAD", "OK", "OK", "OK"}},
    {"CREATE x", {"BAD", "OK", "OK", "OK"}},
    {"CREATE box", {"BAD", "NO", "NO", "NO"}},
    {"DELETE box", {"BAD", "OK", "OK", "OK"}},
    {"DELETE none", {"BAD", "NO", "NO", "NO"}},
    {"RENAME box x", {"BAD", "OK", "OK", "OK"}},
    {"RENAME none x", {"BAD", "NO", "NO", "NO"}},
    {"SUBSCRIBE box", {"BAD", "OK", "OK", "OK"}},
    {"UNSUBSCRIBE box", {"BAD", "OK", "OK", "OK"}},
    {"LIST \"\" *", {"BAD", "OK", "OK", "OK"}},
    {"LSUB \"\" *", {"BAD", "OK", "OK", "OK"}},
    {"STATUS INBOX (MESSAGES)", {"BAD", "OK", "OK", "OK"}},
    {"STATUS none (MESSAGES)", {"BAD", "NO", "NO", "NO"}},
    {"APPEND INBOX {1}\r\nx", {"BAD", "OK", "OK", "OK"}},
    {"APPEND none {1}\r\nx", {"BAD", "NO", "NO", "NO"}},
};

constexpr Row selected[] = {
    {"CHECK", {"BAD", "BAD", "OK", "OK"}},
    {"CLOSE", {"BAD", "BAD", "OK", "OK"}},
    {"UNSELECT", {"BAD", "BAD", "OK", "OK"}},
    {"EXPUNGE", {"BAD", "BAD", "OK", "NO"}},
    {"UID EXPUNGE 1", {"BAD", "BAD", "OK", "NO"}},
    {"SEARCH ALL", {"BAD", "BAD", "OK", "OK"}},
    {"UID SEARCH ALL", {"BAD", "BAD", "OK", "OK"}},
    {"SEARCH CHARSET X-NONE ALL", {"BAD", "BAD", "NO", "NO"}},
    {"FETCH 1 BODY[]", {"BAD", "BAD", "OK", "OK"}},
    {"UID FETCH 1 BODY[]", {"BAD", "BAD", "OK", "OK"}},
    {"FETCH 9 ALL", {"BAD", "BAD", "BAD", "BAD"}},
    {"UID FETCH 9 ALL", {"BAD", "BAD", "OK", "OK"}},
    {"STORE 1 FLAGS ()", {"BAD", "BAD", "OK", "NO"}},
    {"UID STORE 1 FLAGS ()", {"BAD", "BAD", "OK", "NO"}},
    {"STORE 9 FLAGS ()", {"BAD", "BAD", "BAD", "NO"}},
    {"COPY 1 box", {"BAD", "BAD", "OK", "OK"}},
    {"UID COPY 1 box", {"BAD", "BAD", "OK", "OK"}},
    {"COPY 1 none", {"BAD", "BAD", "NO", "NO"}},
    {"COPY 9 box", {"BAD", "BAD", "BAD", "BAD"}},
    {"MOVE 1 box", {"BAD", "BAD", "OK", "NO"}},
    {"UID MOVE 1 box", {"BAD", "BAD", "OK", "NO"}},
};

template <std::size_t size>
void check_states(const Row (&rows)[size]) {
  for (const auto& [command, words] : rows) {
    EXPECT_EQ(before_login(command), words[0]) << command;
    EXPECT_EQ(after("", command), words[1]) << command << " after login";
    EXPECT_EQ(after("s SELECT INBOX", command), words[2]) << command << " selected";
    EXPECT_EQ(after("s EXAMINE INBOX", command), words[3]) << command << " examined";
  }
}

TEST(Session, EveryCommandInEveryState) {
  check_states(in_any_state);
  check_states(after_login);
  check_states(selected);
}

TEST(Session, WhatIsExaminedStaysAsItIs) {
  for (const char* command : {"FETCH 1:* BODY[]", "STORE 1:* FLAGS (\\Deleted)", "UID STORE 1:* +FLAGS x",
                              "EXPUNGE", "MOVE 1 box", "CLOSE", "UNSELECT"}) {
    auto store = site();
    store.boxes["box"];
    store.boxes["INBOX"].messages[0].flags.system |= imap::deleted;
    const auto before = store.boxes["INBOX"].modseq;
    Client client(store);
    client.say("s EXAMINE INBOX");
    client.say("t " + std::string(command));
    EXPECT_EQ(store.boxes["INBOX"].messages.size(), 3u) << command;
    EXPECT_EQ(store.boxes["INBOX"].modseq, before) << command;
    EXPECT_TRUE(store.boxes["box"].messages.empty()) << command;
  }
}

TEST(Session, ClosedMeansNoMailbox) {
  for (const char* command : {"CLOSE", "UNSELECT", "SELECT none", "EXAMINE none"}) {
    auto store = site();
    Client client(store);
    client.say("s SELECT INBOX");
    client.say("s " + std::string(command));
    EXPECT_EQ(client.say("t FETCH 1 UID"), "t BAD no mailbox is selected\r\n") << command;
  }
}

TEST(Session, WhoRemovesTheMailboxItHasSelectedGoesOn) {
  for (const char* command : {"DELETE a.b", "RENAME a.b c", "RENAME a c"}) {
    for (const char* leaving : {"CLOSE", "UNSELECT"}) {
      MemoryStore store;
      store.boxes["a"];
      store.boxes["a.b"].add("A: b\r\n\r\n", {imap::deleted, {}});
      Client client(store);
      client.say("s SELECT a.b");
      EXPECT_EQ(word_of(client.say("t " + std::string(command)), client.closed), "OK") << command;
      EXPECT_EQ(client.say("t FETCH 1 UID"), "t BAD no mailbox is selected\r\n") << command;
      EXPECT_EQ(client.say("t " + std::string(leaving)), "t OK closed\r\n") << command;
      EXPECT_EQ(client.say("t " + std::string(leaving)), "t BAD no mailbox is selected\r\n") << command;
    }
  }
  auto store = site();
  store.boxes["INBOX.x"];
  Client client(store);
  client.say("s SELECT INBOX");
  client.say("s DELETE INBOX.x");
  EXPECT_EQ(client.say("t NOOP"), "t OK done\r\n");
}

TEST(Session, WhatIsGoneOrRebuiltCanBeClosed) {
  for (const char* leaving : {"CLOSE", "UNSELECT"}) {
    for (const std::uint32_t validity : {0u, 8u}) {
      auto store = site();
      Client client(store);
      client.say("s SELECT INBOX");
      store.boxes["INBOX"].validity = validity;
      if (validity == 0) store.boxes["INBOX"].refreshes = base::fail(base::Exit::temporary, "gone");
      EXPECT_EQ(client.say("t " + std::string(leaving)), "t OK closed\r\n");
      EXPECT_FALSE(client.closed);
    }
  }
  auto store = site();
  Client client(store);
  client.say("s SELECT INBOX");
  store.boxes["INBOX"].refreshes = base::fail(base::Exit::temporary, "busy");
  EXPECT_EQ(client.say("t CLOSE"), "t NO [UNAVAILABLE] busy\r\n");
}

TEST(Session, PathsAreForTheLogAlone) {
  const std::string what = "/home/bob/Maildir/index: no space";
  auto store = site();
  Client client(store);
  client.say("s SELECT INBOX");
  store.boxes["INBOX"].stores = base::fail(base::Exit::temporary, what);
  EXPECT_EQ(client.say("t STORE 1 FLAGS ()"), "t NO [UNAVAILABLE] index: no space\r\n");
  EXPECT_EQ(client.reported, what);
  EXPECT_TRUE(
      client.say("t FETCH 2 BODY[]").ends_with("t NO [UNAVAILABLE] not marked as seen: index: no space\r\n"));
  client.reported.clear();
  client.say("t SELECT none");
  client.say("t X /a/b");
  EXPECT_EQ(client.reported, "");
}

TEST(Session, TooManyErrorsEndIt) {
  MemoryStore store;
  Client client(store);
  for (int i = 0; i < 48; ++i) EXPECT_EQ(client.say("t X"), "t BAD unknown command\r\n");
  EXPECT_EQ(client.say_too_much(), "t NO [TOOBIG] larger than this server takes\r\n");
  EXPECT_EQ(client.say("t X"), "t BAD unknown command\r\n* BYE too many errors\r\n");
  EXPECT_TRUE(client.closed);
}

TEST(Session, AGoodCommandForgivesTheErrorsBeforeIt) {
  MemoryStore store;
  Client client(store);
  for (int i = 0; i < 200; ++i) {
    client.say("t X");
    ASSERT_FALSE(client.closed) << i;
    if (i % 40 == 0) client.say("t NOOP");
  }
}

TEST(Session, AllOfAnEmptyMailboxIsNothing) {
  MemoryStore store;
  store.boxes["box"];
  Client client(store);
  client.say("t SELECT INBOX");
  for (const char* command : {"FETCH 1:* UID", "FETCH * UID", "STORE 1:* +FLAGS (\\Seen)", "COPY 1:* box",
                              "MOVE 1:* box", "SEARCH 1:*", "UID FETCH 1:* UID", "FETCH 1,5:* UID"})
    EXPECT_NE(client.say("t " + std::string(command)).find("t OK "), std::string::npos) << command;
  EXPECT_NE(client.say("t FETCH 1 UID").find("t BAD no message has such a number\r\n"), std::string::npos);
}

// Nobody is to wait for what is done when a mailbox is left.
TEST(Session, TheAnswerIsOnItsWayBeforeTheMailboxIsTidied) {
  for (const char* command : {"CLOSE", "UNSELECT", "SELECT box", "EXAMINE box"}) {
    auto store = site();
    store.boxes["box"];
    Client client(store);
    client.say("s SELECT INBOX");
    std::string before;
    store.boxes["INBOX"].when_left = [&] { before = client.flushed; };
    const auto heard = client.say("a " + std::string(command));
    EXPECT_EQ(before, heard) << command;
    EXPECT_NE(before.find("a OK"), std::string::npos) << command;
    store.boxes["INBOX"].when_left = nullptr;
  }
}

TEST(Session, AnIdlerIsToldToGoOnAtOnce) {
  auto store = site();
  Client client(store);
  client.say("s SELECT INBOX");
  store.boxes["INBOX"].add("a: b\r\n\r\n");
  EXPECT_EQ(client.say("i IDLE"), "+ idling\r\n* 4 EXISTS\r\n* 0 RECENT\r\n");
  EXPECT_EQ(client.flushed, "+ idling\r\n");
}

}  // namespace
}  // namespace session_test
