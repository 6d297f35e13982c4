// Mailbox names: modified UTF-7 on the wire (RFC 3501 section 5.1.3), UTF-8 within, and the patterns of LIST.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace imap {

constexpr char separator = '.';

/// To UTF-8; INBOX in any case becomes "INBOX", also as the first level. Wrong UTF-7 is taken as it stands,
/// so that a pattern or an odd client still means something; Exit::data for 8-bit text that is no UTF-8.
/// `utf8`: it is UTF-8 and nothing else (RFC 6855 section 3).
base::Result<std::string> decode_mailbox_name(std::string_view wire, bool utf8 = false);

/// From UTF-8.
std::string encode_mailbox_name(std::string_view name);

/// `*` stands for anything, `%` for anything without a separator (section 6.3.8); the case of INBOX does not
/// count. A name takes time that grows with its length and with each 64 octets of the pattern, whatever the
/// two say.
class Pattern {
 public:
  explicit Pattern(std::string_view text);
  bool matches(std::string_view name) const;

 private:
  using Places = std::vector<std::uint64_t>;  // a bit each
  void step(char c, bool any_case, Places& at) const;
  void skip_wild(Places& at) const;

  std::size_t words_ = 0;
  std::size_t end_ = 0;
  Places wild_;
  Places inside_;              // of wild_, those that take a separator
  std::vector<Places> takes_;  // by octet; empty: none does
};

}  // namespace imap
