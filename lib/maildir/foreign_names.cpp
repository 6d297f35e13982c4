#include "maildir/foreign_names.hpp"

#include <algorithm>

#include "base/lines.hpp"
#include "codec/nfc.hpp"
#include "codec/utf7.hpp"

namespace maildir {

namespace {

constexpr std::string_view courier_root = "INBOX.";

std::string as_read(std::string_view name) {
  return foreign_name(name).value_or(std::string(name));
}

std::string_view without_cr(std::string_view line) {
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

}  // namespace

std::optional<std::string> foreign_name(std::string_view name) {
  if (name.find('&') == std::string_view::npos) return std::nullopt;
  const auto meant = codec::imap_utf7_decode(name);
  if (!meant || codec::imap_utf7_encode(*meant) != name) return std::nullopt;
  return codec::nfc(*meant);
}

std::vector<std::string> parse_dovecot_subscriptions(std::string_view text) {
  auto rest = text;
  const bool second = base::take_line(rest) == "V\t2";
  if (second) text = rest;
  std::vector<std::string> out;
  while (!text.empty()) {
    std::string name(without_cr(base::take_line(text)));
    // Its levels are parted so that each of them may hold any separator.
    if (second) std::replace(name.begin(), name.end(), '\t', '.');
    if (!name.empty()) out.push_back(as_read(name));
  }
  return out;
}

std::vector<std::string> parse_courier_subscriptions(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    auto name = without_cr(base::take_line(text));
    if (name.starts_with(courier_root)) name.remove_prefix(courier_root.size());
    if (!name.empty()) out.push_back(as_read(name));
  }
  return out;
}

}  // namespace maildir
