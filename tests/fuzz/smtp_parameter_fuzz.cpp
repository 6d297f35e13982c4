// Any words are parameters or an error; those that are taken come back the same, hold nothing that ends a
// line or an address, and any line is a path or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/ascii.hpp"
#include "smtp/parameter.hpp"
#include "smtp/path.hpp"

namespace {

void check_plain(const std::string& words) {
  for (const char c : words)
    if (base::is_control(c)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto mail = smtp::parse_mail_parameters(text)) {
    const auto words = to_words(*mail);
    check_plain(words);
    const auto again = smtp::parse_mail_parameters(words);
    if (!again || to_words(*again) != words) std::abort();
  }
  if (const auto rcpt = smtp::parse_rcpt_parameters(text)) {
    const auto words = to_words(*rcpt);
    check_plain(words);
    const auto again = smtp::parse_rcpt_parameters(words);
    if (!again || to_words(*again) != words || words.find('>') != words.npos) std::abort();
  }
  if (const auto plain = smtp::decode_xtext(text)) {
    if (*smtp::decode_xtext(smtp::encode_xtext(*plain)) != *plain) std::abort();
  }
  if (const auto plain = smtp::decode_unitext(text)) {
    const auto words = smtp::original_of(*plain);
    if (!plain->empty() && !words.empty() && !smtp::parse_rcpt_parameters("ORCPT=" + words)) std::abort();
  }
  auto rest = text;
  if (const auto path = smtp::take_path(rest)) {
    const auto written = "<" + to_string(*path) + ">";
    check_plain(written);
    std::string_view again = written;
    const auto same = smtp::take_path(again);
    if (!same || to_string(*same) != to_string(*path) || !again.empty()) std::abort();
  }
  return 0;
}
