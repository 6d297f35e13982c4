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

namespace {

constexpr std::size_t bits = 64;  // places in a word

/// `*` beside another wildcard says it all; a run of `%` says no more than one.
std::string without_runs(std::string_view text) {
  const auto is_wild = [](char c) { return c == '*' || c == '%'; };
  std::string out;
  for (const char c : text) {
    if (!out.empty() && is_wild(c) && is_wild(out.back()))
      out.back() = c == '*' || out.back() == '*' ? '*' : '%';
    else
      out += c;
  }
  return out;
}

}  // namespace

Pattern::Pattern(std::string_view given) {
  const auto text = without_runs(given);
  words_ = text.size() / bits + 1;
  end_ = text.size();
  wild_.assign(words_, 0);
  inside_.assign(words_, 0);
  takes_.resize(256);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto place = std::uint64_t{1} << i % bits;
    if (text[i] == '*' || text[i] == '%') {
      wild_[i / bits] |= place;
      if (text[i] == '*') inside_[i / bits] |= place;
      continue;
    }
    auto& takes = takes_[static_cast<unsigned char>(text[i])];
    takes.resize(words_);
    takes[i / bits] |= place;
  }
}

/// The places that the name so far may have reached, as bits: those that take `c` go on by one, a wildcard
/// stays where it is.
void Pattern::step(char c, bool any_case, Places& at) const {
  const auto& stay = c == separator ? inside_ : wild_;
  const auto& same = takes_[static_cast<unsigned char>(c)];
  const auto& other = takes_[static_cast<unsigned char>(base::to_lower(c))];
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < words_; ++i) {
    const auto takes = (same.empty() ? 0 : same[i]) | (!any_case || other.empty() ? 0 : other[i]);
    const auto moved = at[i] & takes;
    at[i] = (at[i] & stay[i]) | moved << 1 | carry;
    carry = moved >> (bits - 1);
  }
  skip_wild(at);
}

/// A wildcard may stand for nothing; no two are side by side.
void Pattern::skip_wild(Places& at) const {
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < words_; ++i) {
    const auto moved = at[i] & wild_[i];
    at[i] |= moved << 1 | carry;
    carry = moved >> (bits - 1);
  }
}

bool Pattern::matches(std::string_view name) const {
  Places at(words_);
  at[0] = 1;
  skip_wild(at);
  const std::size_t inbox_end = names_inbox(name) ? inbox.size() : 0;
  for (std::size_t place = 0; place < name.size(); ++place) step(name[place], place < inbox_end, at);
  return (at[end_ / bits] >> end_ % bits & 1) != 0;
}

}  // namespace imap
