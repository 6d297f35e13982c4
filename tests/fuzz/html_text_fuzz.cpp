// Any octets are HTML: the text is the same wherever the input was cut, and no tag comes out as it went in.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "mime/html_text.hpp"

namespace {

std::string text_of(std::string_view html, std::size_t split) {
  mime::HtmlText reader;
  std::string out;
  reader.update(html.substr(0, split), out);
  reader.update(html.substr(split), out);
  reader.finish(out);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view html(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = text_of(html, html.size());
  if (text_of(html, data[0] % size) != whole) std::abort();
  if (!whole.empty() && whole.back() != '\n') std::abort();
  return 0;
}
