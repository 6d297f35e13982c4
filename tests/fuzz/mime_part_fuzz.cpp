// Any bytes are a message whose parts have the numbers that find_part knows and names that are safe to
// create; any content comes back from a message it was put into.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/utf8.hpp"
#include "mime/body_decoder.hpp"
#include "mime/entity.hpp"
#include "mime/part.hpp"
#include "mime/transfer.hpp"
#include "mime/writer.hpp"

namespace {

void check_parts(std::string_view text) {
  const auto root = mime::parse(text);
  for (const auto& part : mime::list_parts(text, root)) {
    const bool of_imap = !part.uuencoded && !part.number.ends_with("TEXT");
    if (of_imap && mime::find_part(root, part.number) != part.entity) std::abort();
    if (part.header > part.body || part.body > part.end || part.end > text.size()) std::abort();
    const auto name = mime::safe_file_name(part.name, "part");
    const bool bad = name.empty() || name.size() > 200 || name.find_first_of("/\\\n") != name.npos ||
                     name.front() == '.' || name.front() == '-' || !base::is_utf8(name);
    if (bad || mime::numbered_file_name(name, 2) == name) std::abort();
    mime::BodyDecoder decoder(part.encoding);
    std::string out;
    decoder.update(part.raw(text), out);
    decoder.finish(out);
  }
}

/// As the file `content` in a multipart with the boundary "B".
std::string message_of(std::string_view content, std::size_t piece, mime::Role role) {
  mime::Survey survey("B");
  for (auto rest = content; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
    survey.update(rest.substr(0, piece));
  }
  survey.finish();
  mime::Part part;
  part.type = "text/plain";
  part.role = role;
  part.encoding = survey.choose(role);
  std::string out;
  const mime::Emit emit = [&](std::string_view text) -> base::Result<void> {
    out += text;
    return {};
  };
  const auto written = mime::write(mime::arrange({{}, {}, {}, {part}}), "B", emit,
                                   [&](const mime::Part&, const mime::Emit& to) {
                                     mime::BodyEncoder encoder(part.encoding, role);
                                     std::string body;
                                     encoder.update(content, body);
                                     encoder.finish(body);
                                     return to(body);
                                   });
  if (!written) std::abort();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_parts(text);
  const auto message = message_of(text, data[0] % 50U + 1, mime::Role::file);
  const auto root = mime::parse(message);
  if (root.children.size() != 1 || root.truncated) std::abort();
  const auto& part = root.children.front();
  mime::BodyDecoder decoder(part.encoding);
  std::string out;
  decoder.update(mime::raw_body(message, part), out);
  decoder.finish(out);
  if (out != text || decoder.damaged()) std::abort();
  return 0;
}
