// Any text as a message in an mbox file: what stands there is the same wherever pieces end, no line begins
// with "From ", and taking one '>' off gives the text back.
#include "maildir/mbox_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

void check(bool right) {
  if (!right) std::abort();
}

/// Mboxrd, read.
std::string unquoted(std::string_view mbox) {
  std::string out;
  while (!mbox.empty()) {
    auto line = mbox.substr(0, mbox.find('\n'));
    mbox.remove_prefix(std::min(line.size() + 1, mbox.size()));
    check(!line.starts_with("From "));
    const auto from = line.find_first_not_of('>');
    if (from != line.npos && from > 0 && line.substr(from).starts_with("From ")) line.remove_prefix(1);
    (out += line) += '\n';
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  if (all.empty()) return 0;
  const auto text = all.substr(1);
  maildir::MboxText whole, parted;
  const auto at = static_cast<std::size_t>(data[0]) % all.size();
  auto once = whole.update(text);
  once += whole.finish();
  auto twice = parted.update(text.substr(0, at));
  twice += parted.update(text.substr(std::min(at, text.size())));
  twice += parted.finish();
  check(once == twice);
  const bool ended = text.empty() || text.back() == '\n';
  check(unquoted(once) == std::string(text) + (ended ? "" : "\n") + "\n");
  const auto line = maildir::from_line(text, 0);
  check(std::count(line.begin(), line.end(), '\n') == 1);
  return 0;
}
