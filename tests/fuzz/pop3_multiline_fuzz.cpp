// Any message, cut anywhere: the wire has the same lines, none but the last is a dot alone, and all of it
// comes back.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "pop3/multiline.hpp"

namespace {

std::string sent(std::string_view text, std::size_t step, std::optional<std::uint32_t> top) {
  pop3::Multiline lines(top);
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += step) lines.update(text.substr(at, step), out);
  lines.finish(out);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto top = data[0] % 2 == 0 ? std::nullopt : std::optional<std::uint32_t>(data[0] / 2);
  const auto whole = sent(text, text.size() + 1, top);
  if (sent(text, data[1] % 16 + 1u, top) != whole) std::abort();
  if (!whole.ends_with(".\r\n") || whole.find("\r\n.\r\n") < whole.size() - 5) std::abort();
  return 0;
}
