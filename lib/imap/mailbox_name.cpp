#include "imap/mailbox_name.hpp"

#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "codec/utf7.hpp"

namespace imap {

namespace {

constexpr std::string_view inbox = "INBOX";

/// In any case, or a mailbox below it.
bool names_inbox(std::string_view name) {
  return base::istarts_with(name, inbox) && (name.size() == inbox.size() || name[inbox.size()] == separator);
}

}  // namespace

base::Result<std::string> decode_mailbox_name(std::string_view wire, bool utf8) {
  std::string name(wire);
  if (auto decoded = utf8 ? base::Result<std::string>(name) : codec::imap_utf7_decode(wire))
    name = std::move(*decoded);
  if (!base::is_utf8(name))
    return base::fail(base::Exit::data, "a mailbox name that is neither UTF-7 nor UTF-8");
  if (names_inbox(name)) name.replace(0, inbox.size(), inbox);
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
  const std::size_t inbox_end = names_inbox(name) ? inbox.size() : 0;
  for (std::size_t place = 0; place < name.size(); ++place) {
    const char c = name[place];
    const bool any_case = place < inbox_end;
    std::vector<bool> next(pattern.size() + 1);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!at[i]) continue;
      if (pattern[i] == '*' || (pattern[i] == '%' && c != separator)) {
        next[i] = true;
      } else if (pattern[i] == c || (any_case && base::to_upper(pattern[i]) == c)) {
        next[i + 1] = true;
      }
    }
    at = std::move(next);
    skip_stars(at);
  }
  return at[pattern.size()];
}

}  // namespace imap
