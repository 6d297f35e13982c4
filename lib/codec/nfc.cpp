#include "codec/nfc.hpp"

#include <uninorm.h>

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace codec {

std::string nfc(std::string_view text) {
  if (!base::has_8bit(text) || !base::is_utf8(text)) return std::string(text);
  std::size_t length = 0;
  const std::unique_ptr<std::uint8_t, void (*)(void*)> found(
      u8_normalize(UNINORM_NFC, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), nullptr,
                   &length),
      std::free);
  // Without memory for it.
  if (found == nullptr) return std::string(text);
  return std::string(reinterpret_cast<const char*>(found.get()), length);
}

}  // namespace codec
