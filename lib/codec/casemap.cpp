#include "codec/casemap.hpp"

#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace codec {

namespace {

std::string titled(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    ucs4_t c = 0;
    const auto length = base::utf8_length(text);
    u8_mbtoucr(&c, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    std::array<std::uint8_t, 4> room = {};
    const auto used = u8_uctomb(room.data(), uc_totitle(c), std::ssize(room));
    out.append(reinterpret_cast<const char*>(room.data()), static_cast<std::size_t>(std::max(used, 0)));
    text.remove_prefix(length);
  }
  return out;
}

std::string decomposed(std::string text) {
  std::size_t length = 0;
  const std::unique_ptr<std::uint8_t, void (*)(void*)> found(
      u8_normalize(UNINORM_NFKD, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), nullptr,
                   &length),
      std::free);
  // Without memory for it.
  if (found == nullptr) return text;
  return std::string(reinterpret_cast<const char*>(found.get()), length);
}

}  // namespace

std::string casemap(std::string_view text) {
  if (base::has_8bit(text) && base::is_utf8(text)) return decomposed(titled(text));
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), base::to_upper);
  return out;
}

}  // namespace codec
