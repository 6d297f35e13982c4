// Any text as a local part and as a sender: nothing that was not made here is taken, and what is made comes
// back.
#include <cstdint>
#include <cstdlib>

#include "smtp/srs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t now = 1'795'281'013;
  static const auto srs = smtp::Srs::make({"a secret that nobody else has"}, "srs.test").value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto path = srs.reverse(text, now); path && (path->domain.empty() || path->null())) std::abort();
  (void)smtp::parse_secrets(text);
  const auto written = "<" + std::string(text) + ">";
  std::string_view rest = written;
  const auto sender = smtp::take_path(rest);
  if (!sender) return 0;
  const auto rewritten = srs.rewrite(*sender, now);
  if (!rewritten || smtp::is_srs(smtp::unquoted(sender->local))) return 0;
  const auto back = srs.reverse(smtp::unquoted(rewritten->local), now);
  // Quotes and backslashes that are not needed may go.
  if (!back || back->domain != sender->domain || smtp::unquoted(back->local) != smtp::unquoted(sender->local))
    std::abort();
  return 0;
}
