#include "serve/decode.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "codec/charset.hpp"
#include "header/field.hpp"
#include "mime/body_decoder.hpp"
#include "mime/rules.hpp"
#include "mime/transfer.hpp"

namespace serve {

namespace {

constexpr std::size_t piece = 64 * 1024;

bool has_field(std::string_view text) {
  while (const auto field = header::take_field(text)) {
    if (!field->name.empty()) return true;
  }
  return false;
}

/// `to_lf`: the line ends of what is decoded are made LF before.
base::Result<Decoded> decode(const Message& message, const mime::PartView& part, bool to_lf,
                             const Sink& sink) {
  Decoded out;
  auto body = part.raw(message.text);
  mime::BodyDecoder decoder(part.has_parts() ? "" : part.encoding);
  mime::LineEnds lines;
  std::string in;
  std::string octets;
  const auto flush = [&]() -> base::Result<void> {
    out.size += octets.size();
    TRY(sink(octets));
    octets.clear();
    in.clear();
    return {};
  };
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    if (to_lf) lines.update(body.substr(0, piece), in);
    decoder.update(to_lf ? in : body.substr(0, piece), octets);
    TRY(flush());
  }
  lines.finish(in);
  decoder.update(in, octets);
  decoder.finish(octets);
  TRY(flush());
  if (const auto damage = decoder.damage()) out.defects.add(*damage->rule, part.body + damage->offset);
  return out;
}

}  // namespace

base::Result<Message> Message::open(std::string file, std::string_view text) {
  if (!has_field(text))
    return base::fail(base::Exit::data, file + ": this is no message: its header has no field");
  Message out;
  out.file = std::move(file);
  out.text = text;
  out.root = std::make_unique<mime::Entity>(mime::parse(text));
  out.parts = mime::list_parts(text, *out.root);
  out.crlf = text.substr(0, text.find('\n')).ends_with('\r');
  return out;
}

base::Result<const mime::PartView*> Message::find(std::string_view number) const {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.number == number; });
  if (found != parts.end()) return &*found;
  return base::fail(base::Exit::data, file + ": there is no part '" + base::printable(number, 60) + "'");
}

bool any_damage(const base::Defects& defects) {
  return std::any_of(defects.list().begin(), defects.list().end(),
                     [](const base::Defect& one) { return one.rule->harm == base::Harm::damage; });
}

bool Decoded::damaged() const {
  return any_damage(defects);
}

bool is_damaged(const mime::PartView& part, const Decoded& decoded) {
  return decoded.damaged() || any_damage(part.entity->defects) || !part.complete;
}

base::Result<Decoded> decode_octets(const Message& message, const mime::PartView& part, const Sink& sink) {
  return decode(message, part, false, sink);
}

Decoded measure(const Message& message, const mime::PartView& part) {
  if (part.has_parts() || mime::is_identity_encoding(part.encoding)) return {part.end - part.body, {}};
  return *decode(message, part, false, [](std::string_view) -> base::Result<void> { return {}; });
}

base::Result<Decoded> decode_file(const Message& message, const mime::PartView& part, const Sink& sink) {
  const bool lines = part.is_text() || part.entity->type.type == "message";
  return decode(message, part, !part.uuencoded && lines && message.crlf, sink);
}

base::Result<Decoded> decode_text(const Message& message, const mime::PartView& part, const Sink& sink) {
  auto converter = codec::Utf8Converter::open(part.charset);
  const bool known = converter.has_value();
  if (!known) converter = codec::Utf8Converter::open("");
  mime::LineEnds lines;
  std::string text;
  std::string out;
  const auto write = [&](bool last) {
    out.clear();
    lines.update(text, out);
    if (last) lines.finish(out);
    text.clear();
    return sink(out);
  };
  TRY_ASSIGN(auto decoded, decode_octets(message, part, [&](std::string_view octets) {
               converter->update(octets, text);
               return write(false);
             }));
  converter->finish(text);
  TRY(write(true));
  if (!known) decoded.defects.add(mime::unknown_charset, part.header);
  if (known && converter->replaced() > 0) decoded.defects.add(mime::bad_text, part.body);
  return decoded;
}

}  // namespace serve
