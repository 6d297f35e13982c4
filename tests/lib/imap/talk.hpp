// Conversations as rows: what a client says, and what it hears.
#pragma once

#include <gtest/gtest.h>

#include <span>

#include "memory_store.hpp"

struct Row {
  const char* say;
  const char* hears;  // the whole answer, or its end where it begins with "..."
};

void talk(MemoryStore& store, std::span<const Row> rows, const imap::Bounds& bounds = {});

inline constexpr Row select_inbox = {"s SELECT INBOX", "...s OK [READ-WRITE] SELECT done\r\n"};

/// INBOX with a message, one that has nothing to do with it, and an answer to the first.
MemoryStore three();
