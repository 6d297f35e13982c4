#include "mime/downgrade.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "mime/body_decoder.hpp"
#include "mime/entity.hpp"
#include "mime/transfer.hpp"

namespace mime {

namespace {

bool begins_field(std::string_view line, std::string_view name) {
  return line.size() > name.size() && base::iequals(line.substr(0, name.size()), name) &&
         base::trim(line.substr(name.size())).starts_with(':');
}

class Downgrade {
 public:
  explicit Downgrade(std::string_view message) : message_(message) {}

  base::Result<void> put(const Entity& entity, bool top, std::string& out) const {
    const auto header = between(entity.header, entity.body);
    const auto body = between(entity.body, entity.end);
    if (base::has_8bit(header)) return base::fail(base::Exit::data, "a header with 8-bit octets");
    if (!base::has_8bit(body)) {
      out += between(entity.header, entity.end);
      return {};
    }
    if (!is_identity_encoding(entity.encoding))
      return base::fail(base::Exit::data, "8-bit octets in a part that is encoded as " + entity.encoding);
    if (!entity.children.empty()) return put_parts(entity, out);
    if (entity.type.type == "multipart" || entity.type.type == "message")
      return base::fail(base::Exit::data, "8-bit octets in a part that may not be encoded");
    put_leaf(entity, top, out);
    return {};
  }

 private:
  std::string_view between(std::size_t from, std::size_t to) const {
    return message_.substr(from, to - from);
  }

  base::Result<void> put_parts(const Entity& entity, std::string& out) const {
    put_header(entity, {}, out);
    std::size_t at = entity.body;
    for (const auto& child : entity.children) {
      put_gap(between(at, child.header), out);
      TRY(put(child, false, out));
      at = child.end;
    }
    put_gap(between(at, entity.end), out);
    return {};
  }

  /// Boundaries, and what stands before and behind them, which nobody reads.
  static void put_gap(std::string_view text, std::string& out) {
    for (const char c : text) out += base::is_8bit(c) ? '?' : c;
  }

  void put_leaf(const Entity& entity, bool top, std::string& out) const {
    const auto body = between(entity.body, entity.end);
    const auto role = entity.type.type == "text" ? Role::body : Role::file;
    Survey survey("");
    survey.update(body);
    survey.finish();
    const bool quoted = survey.choose(role) == Encoding::quoted_printable;
    std::string fields =
        std::string("Content-Transfer-Encoding: ") + (quoted ? "quoted-printable\n" : "base64\n");
    if (top && !has_field(entity, "MIME-Version"))
      fields = "MIME-Version: 1.0\nContent-Type: text/plain; charset=unknown-8bit\n" + fields;
    put_header(entity, fields, out);
    BodyEncoder encoder(quoted ? Encoding::quoted_printable : Encoding::base64, role);
    encoder.update(body, out);
    encoder.finish(out);
  }

  bool has_field(const Entity& entity, std::string_view name) const {
    auto rest = between(entity.header, entity.body);
    while (!rest.empty()) {
      if (begins_field(take_line(rest), name)) return true;
    }
    return false;
  }

  static std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    const auto out = text.substr(0, end);
    text.remove_prefix(end);
    return out;
  }

  /// Without the encoding it has, with these fields at its end.
  void put_header(const Entity& entity, std::string_view fields, std::string& out) const {
    auto rest = between(entity.header, entity.body);
    bool dropped = false;
    while (!rest.empty()) {
      const auto line = take_line(rest);
      if (line == "\n") break;
      const bool folded = line[0] == ' ' || line[0] == '\t';
      dropped = folded ? dropped : begins_field(line, "Content-Transfer-Encoding");
      if (!dropped) out += line;
    }
    out += fields;
    out += '\n';
  }

  std::string_view message_;
};

}  // namespace

base::Result<std::string> downgrade(std::string_view message) {
  std::string out;
  out.reserve(message.size() + message.size() / 2);
  TRY(Downgrade(message).put(parse(message), true, out));
  return out;
}

}  // namespace mime
