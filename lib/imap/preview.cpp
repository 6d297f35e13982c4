#include "imap/preview.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "codec/charset.hpp"
#include "mime/body_decoder.hpp"
#include "mime/html_text.hpp"
#include "mime/readable.hpp"

namespace imap {

namespace {

constexpr std::size_t characters = 200;
// Of a part, encoded: HTML may begin with many octets that nobody sees.
constexpr std::size_t octets_read = 64 * 1024;

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::string text_of(std::string_view message, const mime::PartView& part) {
  std::string bytes;
  mime::BodyDecoder decoder(part.encoding);
  decoder.update(part.raw(message).substr(0, octets_read), bytes);
  decoder.finish(bytes);
  if (!part.charset.empty()) {
    if (auto text = codec::to_utf8(bytes, part.charset)) bytes = std::move(*text);
  }
  if (part.type != "text/html") return bytes;
  std::string plain;
  mime::HtmlText html;
  html.update(bytes, plain);
  html.finish(plain);
  return plain;
}

/// Blanks and line ends become one blank each; lines that quote another message are no news.
void append_words(std::string_view text, std::string& out, std::size_t& count) {
  while (!text.empty() && count < characters) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = base::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('>')) continue;
    bool blank = !out.empty();
    for (const char c : line) {
      if (base::is_control(c) || c == ' ') {
        blank = true;
        continue;
      }
      if (!continues(c) && count + (blank ? 1 : 0) >= characters) return;
      if (blank && !out.empty() && !continues(c)) {
        out += ' ';
        ++count;
      }
      blank = false;
      out += c;
      count += continues(c) ? 0 : 1;
    }
  }
}

}  // namespace

std::string preview(std::string_view text, const mime::Entity& root) {
  std::string out;
  std::size_t count = 0;
  const auto parts = mime::list_parts(text, root);
  // BODYSTRUCTURE calls it text as well.
  if (root.lacks_parts()) append_words(text_of(text, parts.front()), out, count);
  for (const auto index : mime::readable_parts(parts)) {
    const auto& part = parts[index];
    if (part.is_text()) append_words(text_of(text, part), out, count);
    if (count >= characters) break;
  }
  // A charset that lied, or a character that the limit cut.
  if (!base::is_utf8(out)) std::replace_if(out.begin(), out.end(), base::is_8bit, '?');
  return out;
}

}  // namespace imap
