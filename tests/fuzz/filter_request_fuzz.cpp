// Any octets as what passes between filters, their helper and the one who has the message: an envelope comes
// back as it went or is refused, a reason is one line of plain text, and no CR of a filter gets any further,
// wherever pieces end.
#include "serve/filter_request.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/ascii.hpp"

namespace {

void check(bool right) {
  if (!right) std::abort();
}

void check_envelope(std::string_view text) {
  const auto envelope = serve::parse_request(text);
  if (!envelope) return;
  if (text.size() > serve::filter_request_limit) return;
  check(serve::to_request(*envelope).value() == text);
}

/// The same text in two pieces.
void check_text(std::string_view text, std::size_t at) {
  serve::FilteredText whole(998);
  const auto once = whole.update(text);
  serve::FilteredText parted(998);
  const auto first = parted.update(text.substr(0, at));
  const auto second = first ? parted.update(text.substr(at)) : first;
  check(once.has_value() == second.has_value());
  if (!once) return;
  check(*once == *first + *second && whole.finish().has_value() == parted.finish().has_value());
  check(once->find('\r') == std::string::npos);
  check(std::count(once->begin(), once->end(), '\n') == std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_envelope(text);
  const auto reason = serve::to_reason(text);
  check(reason.size() <= serve::filter_reason_limit);
  check(std::none_of(reason.begin(), reason.end(),
                     [](char c) { return base::is_control(c) || base::is_8bit(c); }));
  if (size > 1) check_text(text.substr(1), data[0] % size);
  for (const auto& word : base::words(text))
    check(!word.empty() && word.find_first_of(" \t") == std::string::npos);
  return 0;
}
