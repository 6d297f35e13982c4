// Whether a message is what SEARCH looks for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "imap/mailbox.hpp"
#include "imap/search_key.hpp"

namespace imap {

struct Candidate {
  const Message& message;
  std::uint32_t number = 0;   // sequence number
  std::uint32_t largest = 0;  // sequence number in the mailbox
  std::uint32_t largest_uid = 0;
  Mailbox& mailbox;
  const std::vector<std::uint32_t>* saved = nullptr;  // what `$` stands for, in order
};

/// What is cheap is asked first; the text is read only when a key needs it, and once. Words are looked for in
/// the decoded text, ASCII letters in any case.
base::Result<bool> matches(const SearchKey& key, Candidate candidate);

}  // namespace imap
