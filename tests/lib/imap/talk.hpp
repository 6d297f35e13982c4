// Conversations as rows: what a client says, and what it hears.
#pragma once

#include <gtest/gtest.h>

#include "memory_store.hpp"

struct Row {
  const char* say;
  const char* hears;  // the whole answer, or its end where it begins with "..."
};

template <std::size_t size>
void talk(MemoryStore& store, const Row (&rows)[size], const imap::Bounds& bounds = {}) {
  Client client(store, bounds);
  for (const auto& [say, hears] : rows) {
    const auto heard = client.say(say);
    std::string_view wanted = hears;
    if (wanted.starts_with("...")) {
      wanted.remove_prefix(3);
      EXPECT_TRUE(heard.ends_with(wanted)) << say << "\n" << heard;
    } else {
      EXPECT_EQ(heard, wanted) << say;
    }
  }
}

inline constexpr Row select_inbox = {"s SELECT INBOX", "...s OK [READ-WRITE] SELECT done\r\n"};

/// INBOX with a message, one that has nothing to do with it, and an answer to the first.
inline MemoryStore three() {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  box.add(
      "Subject: Re: b\r\nFrom: Zoe <a@x>\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\nMessage-ID: "
      "<1@x>\r\n\r\n");
  box.add("Subject: a\r\nFrom: c@x\r\nDate: Mon, 1 Jan 2024 09:00:00 +0000\r\nMessage-ID: <2@x>\r\n\r\n");
  box.add("Subject: b\r\nFrom: b@x\r\nDate: Mon, 1 Jan 2024 10:00:00 -0100\r\nReferences: <1@x>\r\n\r\n");
  return store;
}
