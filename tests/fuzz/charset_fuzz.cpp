// Any octets under any label become valid UTF-8, the same in any pieces
// unless some were no text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/utf8.hpp"
#include "codec/charset.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view labels[] = {"utf-8",  "us-ascii",     "iso-8859-1",  "koi8-r",    "gb2312",
                                         "big5",   "iso-2022-jp",  "euc-kr",      "shift_jis", "utf-7",
                                         "utf-16", "euc-jp",       "iso-2022-kr", "euc-tw",    "iso-2022-cn",
                                         "tcvn",   "iso-2022-jp-2"};
  if (size < 2) return 0;
  const std::size_t piece = data[1] % 20U + 1;
  std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  (void)codec::to_utf8("x", text);
  const auto label = labels[data[0] % std::size(labels)];
  const auto whole = codec::to_utf8(text, label);
  if (!whole || !base::is_utf8(*whole)) std::abort();
  auto converter = codec::Utf8Converter::open(label);
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    converter->update(text.substr(0, piece), out);
  converter->finish(out);
  // After an error iconv's shift state depends on where a call began.
  if (out != *whole && converter->replaced() == 0) std::abort();
  return 0;
}
