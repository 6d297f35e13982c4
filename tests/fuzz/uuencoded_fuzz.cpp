// Any octets are a text with uuencode in it: what is found lies in order inside the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "mime/uuencoded.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  for (const auto& start : {"", "begin 644 x\n", "y\nbegin 600 z\n#9F]O\n"}) {
    const auto body = start + text;
    std::size_t at = 0;
    for (const auto& file : mime::find_uuencoded(body, 100)) {
      if (file.start < at || file.end <= file.start || file.end > body.size() || file.name.empty())
        std::abort();
      if (body.compare(file.start, 6, "begin ") != 0) std::abort();
      at = file.end;
    }
  }
  return 0;
}
