// The head of a queued message as text; spool/README.md shows a whole file. Pure: bytes in, values out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace spool {

enum class Status { todo, done, fail };

struct Recipient {
  std::string address;
  Status status = Status::todo;
  std::string parameters = {};    // of RCPT, as SMTP writes them: "NOTIFY=NEVER"; no '>'; mostly empty
  std::size_t status_offset = 0;  // in the file, of the four letters that are changed in place
  bool late = false;              // still to do, and the sender has been told so
  bool owed = false;              // done, but the sender is still to be told, who asked for it
};

struct Envelope {
  std::string id;
  std::uint64_t received = 0;  // seconds since 1970
  std::string sender;          // empty: the null reverse-path
  std::string parameters;      // of MAIL, as SMTP writes them: "BODY=8BITMIME SMTPUTF8"; may be empty
  bool expanded = false;       // the recipients are what aliases stood for: none is one itself
  std::vector<Recipient> recipients;
  std::optional<std::uint64_t> length;  // of the message; nothing until it was written whole
  std::uint32_t checksum = 0;           // CRC-32 of the message
  std::size_t length_offset = 0;        // in the file, of the value of the length line
  std::size_t body_offset = 0;          // in the file, where the message starts
};

constexpr std::size_t envelope_limit = 1 << 20;  // bytes
constexpr std::size_t length_width = 29;         // "00000000000000001234 89abcdef"

std::string_view word(Status status);

/// With what the sender knows or is owed: of one to do "late", of one done "owed".
std::string_view word(const Recipient& recipient);

/// The head for a message that is still to be written: its length line holds dashes. Addresses and parameters
/// hold no control characters (Exit::data otherwise).
base::Result<std::string> format(const Envelope& envelope);

/// The value of the length line of a message that is whole.
std::string format_length(std::uint64_t length, std::uint32_t checksum);

/// Reads the head at the start of `text`; Exit::data names the line that is wrong.
base::Result<Envelope> parse(std::string_view text);

/// The line after the message. Attempts are noted behind it.
std::string end_mark(std::uint64_t length, std::uint32_t checksum);

}  // namespace spool
