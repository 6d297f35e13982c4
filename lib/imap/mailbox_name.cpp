#include "imap/mailbox_name.hpp"

#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "codec/utf7.hpp"

namespace imap {

base::Result<std::string> decode_mailbox_name(std::string_view wire) {
  auto decoded = codec::imap_utf7_decode(wire);
  std::string name = decoded ? std::move(*decoded) : std::string(wire);
  if (!base::is_utf8(name))
    return base::fail(base::Exit::data, "a mailbox name that is neither UTF-7 nor UTF-8");
  const bool inbox = base::istarts_with(name, "INBOX") && (name.size() == 5 || name[5] == separator);
  if (inbox) name.replace(0, 5, "INBOX");
  return name;
}

std::string encode_mailbox_name(std::string_view name) {
  return codec::imap_utf7_encode(name);
}

bool matches(std::string_view pattern, std::string_view name) {
  // The set of places in the pattern that the name so far may have reached.
  std::vector<bool> at(pattern.size() + 1);
  const auto skip_stars = [&](std::vector<bool>& places) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (places[i] && (pattern[i] == '*' || pattern[i] == '%')) places[i + 1] = true;
    }
  };
  at[0] = true;
  skip_stars(at);
  // INBOX in any case (RFC 3501 section 5.1).
  const bool inbox = name == "INBOX" || name.starts_with("INBOX.");
  for (std::size_t place = 0; place < name.size(); ++place) {
    const char c = name[place];
    const auto same = [&](char wanted) {
      return wanted == c || (inbox && place < 5 && base::to_upper(wanted) == c);
    };
    std::vector<bool> next(pattern.size() + 1);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!at[i]) continue;
      if (pattern[i] == '*' || (pattern[i] == '%' && c != separator)) {
        next[i] = true;
      } else if (same(pattern[i])) {
        next[i + 1] = true;
      }
    }
    at = std::move(next);
    skip_stars(at);
  }
  return at[pattern.size()];
}

}  // namespace imap
