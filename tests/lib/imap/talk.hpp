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
