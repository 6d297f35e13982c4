// Every response code of RFC 5530 that an answer can have after the login, and what brings it about.
#include "talk.hpp"

namespace response_code_test {
namespace {

using base::Exit;

TEST(ResponseCode, OfWhatTheStoreSays) {
  constexpr struct {
    Exit exit;
    const char* code;
  } rows[] = {
      {Exit::no_input, "NONEXISTENT"},
      {Exit::cannot_create, "ALREADYEXISTS"},
      {Exit::data, "CANNOT"},
      {Exit::not_permitted, "NOPERM"},
      {Exit::configuration, "CONTACTADMIN"},
      {Exit::protocol, "USEATTR"},
      {Exit::temporary, "UNAVAILABLE"},
      {Exit::io, "UNAVAILABLE"},
      {Exit::os, "UNAVAILABLE"},
      {Exit::unavailable, "LIMIT"},
      {Exit::software, "SERVERBUG"},
  };
  for (const auto& [exit, code] : rows) {
    MemoryStore store;
    store.creates = base::fail(exit, "why");
    Client client(store);
    EXPECT_EQ(client.say("a CREATE x"), "a NO [" + std::string(code) + "] why\r\n");
  }
}

// RFC 5530: who waits for another's lock may try again at once, which no disk that is full lets him do.
TEST(ResponseCode, WhatAnotherHoldsIsInUse) {
  MemoryStore store;
  store.creates = base::Error{Exit::temporary, "held", true};
  Client client(store);
  EXPECT_EQ(client.say("a CREATE x"), "a NO [INUSE] held\r\n");
}

// What the server cannot help, and what needs its keeper, stands in the log too.
TEST(ResponseCode, SomeAreForTheLogToo) {
  constexpr struct {
    Exit exit;
    bool logged;
  } rows[] = {{Exit::not_permitted, true}, {Exit::configuration, true}, {Exit::software, true},
              {Exit::temporary, true},     {Exit::data, false},         {Exit::no_input, false}};
  for (const auto& [exit, logged] : rows) {
    MemoryStore store;
    store.creates = base::fail(exit, "why");
    Client client(store);
    client.say("a CREATE x");
    EXPECT_EQ(client.reported, logged ? "why" : "");
  }
}

// Names are the client's, what is stored is not.
TEST(ResponseCode, DamageIsCorruption) {
  auto store = site();
  Client client(store);
  client.say("s SELECT INBOX");
  store.boxes["INBOX"].refreshes = base::fail(Exit::data, "the index is torn");
  EXPECT_EQ(client.say("a NOOP"), "a NO [CORRUPTION] the index is torn\r\n");
  store.boxes["INBOX"].refreshes = {};
  store.boxes["INBOX"].broken = {2};
  store.boxes["INBOX"].breaks = Exit::data;
  EXPECT_TRUE(client.say("a FETCH 2 BODY.PEEK[]")
                  .ends_with("a NO [CORRUPTION] some messages could not be read: broken\r\n"));
  EXPECT_TRUE(client.say("a SEARCH TEXT x")
                  .ends_with("a NO [CORRUPTION] some messages could not be read: broken\r\n"));
}

TEST(ResponseCode, ANameThatNoMailboxCanHaveIsNone) {
  auto store = site();
  store.copies = base::fail(Exit::data, "mailbox name 'a/b': no");
  Client client(store);
  client.say("s SELECT INBOX");
  EXPECT_EQ(client.say("a COPY 1 a/b"), "a NO [CANNOT] mailbox name 'a/b': no\r\n");
}

}  // namespace
}  // namespace response_code_test
