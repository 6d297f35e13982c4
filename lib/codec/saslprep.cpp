#include "codec/saslprep.hpp"

#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <cstdlib>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace codec {

namespace {

/// RFC 3454 table C.1.2.
bool is_blank(ucs4_t c) {
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

/// RFC 3454 table B.1.
bool is_nothing(ucs4_t c) {
  return c == 0xAD || c == 0x34F || c == 0x1806 || (c >= 0x180B && c <= 0x180D) || c == 0x200C ||
         c == 0x200D || c == 0x2060 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF;
}

std::string mapped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    ucs4_t c = 0;
    const auto length = base::utf8_length(text);
    u8_mbtoucr(&c, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    if (is_blank(c)) {
      out += ' ';
    } else if (!is_nothing(c)) {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

base::Result<std::string> normalized(const std::string& text) {
  std::size_t length = 0;
  auto* found = u8_normalize(UNINORM_NFKC, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                             nullptr, &length);
  if (found == nullptr) return base::system_error("normalizing a name");
  std::string out(reinterpret_cast<const char*>(found), length);
  std::free(found);
  return out;
}

}  // namespace

base::Result<std::string> saslprep(std::string_view text) {
  std::string out(text);
  if (base::has_8bit(text)) {
    if (!base::is_utf8(text)) return base::fail(base::Exit::data, "a name or password is not UTF-8");
    TRY_ASSIGN(out, normalized(mapped(text)));
  }
  if (out.empty()) return base::fail(base::Exit::data, "a name or password is empty");
  if (std::any_of(out.begin(), out.end(), base::is_control))
    return base::fail(base::Exit::data, "a name or password holds a control character");
  return out;
}

}  // namespace codec
