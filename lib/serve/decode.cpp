#include "serve/decode.hpp"

#include <unistd.h>

#include <algorithm>
#include <functional>

#include "base/ascii.hpp"
#include "codec/charset.hpp"
#include "fs/stream.hpp"
#include "header/field.hpp"
#include "mime/extension.hpp"
#include "mime/transfer.hpp"

namespace serve {

namespace {

constexpr std::size_t piece = 64 * 1024;

using Sink = std::function<base::Result<void>(std::string_view)>;

/// Decodes the body a piece at a time, its line ends made LF before if so wanted; true if it was damaged.
base::Result<bool> decode(std::string_view body, std::string_view encoding, bool to_lf, const Sink& sink) {
  mime::BodyDecoder decoder(encoding);
  mime::LineEnds lines;
  std::string in;
  std::string out;
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    in.clear();
    out.clear();
    if (to_lf) lines.update(body.substr(0, piece), in);
    decoder.update(to_lf ? in : body.substr(0, piece), out);
    TRY(sink(out));
  }
  in.clear();
  out.clear();
  lines.finish(in);
  decoder.update(in, out);
  decoder.finish(out);
  TRY(sink(out));
  return decoder.damaged();
}

/// Widths of a terminal's columns do not matter: names come last.
std::string column(std::string text, std::size_t width) {
  if (text.empty()) text = "-";
  text = base::printable(text, 80);
  std::replace(text.begin(), text.end(), ' ', '_');
  text.resize(std::max(text.size(), width), ' ');
  return text + " ";
}

std::string type_of(const mime::PartView& part) {
  return part.entity->type.type + "/" + part.entity->type.subtype;
}

bool is_file(const mime::PartView& part) {
  if (part.number.empty() || part.is_multipart()) return false;
  return !part.name.empty() || part.disposition == "attachment" || !part.is_text();
}

bool any_truncated(const mime::Entity& entity) {
  return entity.truncated || std::any_of(entity.children.begin(), entity.children.end(), any_truncated);
}

std::string fallback_name(const mime::PartView& part) {
  return "part-" + part.number + mime::extension_of_type(type_of(part));
}

}  // namespace

Decode::Decode(std::string_view message, mime::Entity root) : message_(message) {
  damaged_ = any_truncated(root);
  root_.push_back(std::move(root));
  parts_ = mime::list_parts(message_, root_.front());
}

base::Result<Decode> Decode::open(std::string_view message) {
  const auto fields = header::parse_fields(message, 1000);
  const bool any =
      std::any_of(fields.begin(), fields.end(), [](const auto& field) { return !field.name.empty(); });
  if (!any) return base::fail(base::Exit::data, "this is no message: its header has no field");
  return Decode(message, mime::parse(message));
}

base::Result<const mime::PartView*> Decode::find(std::string_view number) const {
  const auto found =
      std::find_if(parts_.begin(), parts_.end(), [&](const auto& part) { return part.number == number; });
  if (!number.empty() && found != parts_.end()) return &*found;
  return base::fail(base::Exit::data, "there is no part '" + base::printable(number, 60) + "'");
}

std::uint64_t Decode::decoded_size(const mime::PartView& part) {
  std::uint64_t size = 0;
  const auto body = mime::raw_body(message_, *part.entity);
  if (part.is_multipart()) return body.size();
  const auto damaged =
      decode(body, part.entity->encoding, false, [&](std::string_view out) -> base::Result<void> {
        size += out.size();
        return {};
      });
  damaged_ = damaged_ || !damaged || *damaged;
  return size;
}

base::Result<void> Decode::show_tree(int output) {
  for (const auto& part : parts_) {
    std::string line = column(part.number, 7) + column(type_of(part), 27) + column(part.charset, 12);
    const auto size = std::to_string(decoded_size(part));
    line += std::string(size.size() < 9 ? 9 - size.size() : 0, ' ') + size;
    if (!part.name.empty()) line += " " + base::printable(part.name);
    TRY(fs::write_all(output, line + "\n"));
  }
  return {};
}

/// To UTF-8; in a charset nobody knows, what is not UTF-8 is taken for windows-1252.
base::Result<void> Decode::write_text(const mime::PartView& part, int output) {
  auto converter = codec::Utf8Converter::open(part.charset);
  if (!converter) {
    damaged_ = true;
    converter = codec::Utf8Converter::open("");
  }
  mime::LineEnds lines;
  std::string text;
  std::string out;
  const auto write = [&] {
    out.clear();
    lines.update(text, out);
    text.clear();
    return fs::write_all(output, out);
  };
  const auto body = mime::raw_body(message_, *part.entity);
  TRY_ASSIGN(const bool damaged, decode(body, part.entity->encoding, false, [&](std::string_view octets) {
               converter->update(octets, text);
               return write();
             }));
  converter->finish(text);
  TRY(write());
  out.clear();
  lines.finish(out);
  damaged_ = damaged_ || damaged || converter->replaced() > 0;
  return fs::write_all(output, out);
}

base::Result<void> Decode::write_body(const mime::PartView& part, Undo undo, int output) {
  const auto body = mime::raw_body(message_, *part.entity);
  if (undo == Undo::nothing || part.is_multipart()) return fs::write_all(output, body);
  if (undo == Undo::all && part.is_text()) return write_text(part, output);
  const bool lines = part.is_text() || part.entity->type.type == "message";
  const bool crlf = message_.substr(0, message_.find('\n')).ends_with('\r');
  TRY_ASSIGN(const bool damaged, decode(body, part.entity->encoding, undo == Undo::file && lines && crlf,
                                        [&](std::string_view out) { return fs::write_all(output, out); }));
  damaged_ = damaged_ || damaged;
  return {};
}

base::Result<void> Decode::write_part(std::string_view number, Undo undo, int output) {
  TRY_ASSIGN(const auto* part, find(number));
  return write_body(*part, undo, output);
}

/// The name of the file that was created.
base::Result<std::string> Decode::extract_part(int directory, const mime::PartView& part) {
  const auto name = mime::safe_file_name(part.name, fallback_name(part));
  TRY_ASSIGN(const auto created, fs::create_unused(directory, [&](unsigned number) {
               return number == 1 ? name : mime::numbered_file_name(name, number);
             }));
  const auto written = write_body(part, Undo::file, created.file.get());
  if (written) return created.name;
  // What is cut short must not be taken for the file.
  unlinkat(directory, created.name.c_str(), 0);
  return written.error();
}

base::Result<void> Decode::extract(const std::string& directory, std::span<const std::string> numbers,
                                   int output) {
  std::vector<const mime::PartView*> wanted;
  for (const auto& number : numbers) {
    TRY_ASSIGN(const auto* part, find(number));
    wanted.push_back(part);
  }
  for (const auto& part : parts_) {
    // What an attached message holds stays in it.
    const bool inside = !wanted.empty() && wanted.back()->entity->type.is("message", "rfc822") &&
                        part.entity->header >= wanted.back()->entity->body &&
                        part.entity->end <= wanted.back()->entity->end;
    if (numbers.empty() && is_file(part) && !inside) wanted.push_back(&part);
  }
  if (wanted.empty()) return base::fail(base::Exit::data, "there is no file in this message");
  TRY_ASSIGN(const auto opened, fs::open(directory, O_RDONLY | O_DIRECTORY));
  for (const auto* part : wanted) {
    TRY_ASSIGN(const auto name, extract_part(opened.get(), *part));
    TRY(fs::write_all(output, column(part->number, 7) + base::printable(name) + "\n"));
  }
  return {};
}

}  // namespace serve
