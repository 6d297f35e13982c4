#include "mime/auto_reply.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "codec/charset.hpp"
#include "header/address_field.hpp"
#include "header/date.hpp"
#include "header/encoded_word.hpp"
#include "header/folding.hpp"
#include "header/message_id.hpp"
#include "header/text_writer.hpp"
#include "mime/writer.hpp"

namespace mime {

namespace {

constexpr std::size_t subject_limit = 500;  // octets of the other's subject
constexpr std::size_t most_references = 20;
constexpr std::string_view boundary = "none";  // a text alone has no boundary

std::string subject_of(const AutoReply& reply, const std::vector<header::Field>& original) {
  constexpr std::string_view variable = "$SUBJECT";
  const auto* field = header::find(original, "Subject");
  auto theirs = field == nullptr ? std::string() : header::decode_words(field->body);
  if (theirs.size() > subject_limit) theirs.resize(subject_limit);
  auto out = reply.subject.empty() ? "Auto: " + std::string(variable) : reply.subject;
  const auto at = out.find(variable);
  if (at != std::string::npos) out.replace(at, variable.size(), theirs);
  return header::one_line(out);
}

base::Result<std::string> from_field(const AutoReply& reply) {
  if (reply.name.empty()) return header::address_field("From", reply.from);
  header::FieldWriter field("From");
  header::put_phrase(field, reply.name);
  field.put("<" + reply.from + ">");
  return std::move(field).finish();
}

void put_ids(std::string_view name, const std::vector<std::string>& ids, std::string& out) {
  header::FieldWriter field(name);
  for (const auto& id : ids) field.put("<" + id + ">");
  if (!ids.empty()) out += std::move(field).finish();
}

/// Only what is an identifier: another's field must not bring anything else into ours.
std::vector<std::string> ids_of(const std::vector<header::Field>& fields, std::string_view name) {
  const auto* field = header::find(fields, name);
  if (field == nullptr) return {};
  auto ids = header::parse_message_ids(field->body);
  std::erase_if(ids, [](const std::string& id) {
    return id.empty() || id.size() > 900 || id.find('@') == std::string::npos ||
           std::any_of(id.begin(), id.end(), [](char c) {
             return c <= ' ' || c == '<' || c == '>' || c == 127 || base::is_8bit(c);
           });
  });
  return ids;
}

void put_threads(const std::vector<header::Field>& original, std::string& out) {
  auto id = ids_of(original, "Message-ID");
  if (id.size() != 1) return;
  auto references = ids_of(original, "References");
  if (references.empty()) references = ids_of(original, "In-Reply-To");
  if (references.size() >= most_references)
    references.erase(references.begin(), references.end() - (most_references - 1));
  references.push_back(id[0]);
  put_ids("In-Reply-To", id, out);
  put_ids("References", references, out);
}

base::Result<void> put_body(const AutoReply& reply, std::string& out) {
  const auto charset = reply.charset.empty() ? "utf-8" : reply.charset;
  if (reply.charset.empty() && !base::is_utf8(reply.text))
    return base::fail(base::Exit::data, "the text is not UTF-8; what is it written in?");
  TRY(codec::to_utf8("", charset));
  Survey survey{std::string(boundary)};
  survey.update(reply.text);
  survey.finish();
  Part part;
  part.charset = survey.ascii() && reply.charset.empty() ? "us-ascii" : charset;
  part.encoding = survey.choose(Role::body);
  const auto emit = [&](std::string_view text) -> base::Result<void> {
    out += text;
    return {};
  };
  return write(part, std::string(boundary), emit,
               [&](const Part& one, const Emit& put) -> base::Result<void> {
                 BodyEncoder encoder(one.encoding, one.role);
                 std::string encoded;
                 encoder.update(reply.text, encoded);
                 encoder.finish(encoded);
                 return put(encoded);
               });
}

}  // namespace

base::Result<std::string> auto_reply(const AutoReply& reply, const std::vector<header::Field>& original) {
  TRY_ASSIGN(auto out, from_field(reply));
  out += "To: <" + reply.to + ">\n" + header::text_field("Subject", subject_of(reply, original)) +
         "Date: " + header::format_date(reply.now) + "\nMessage-ID: <" + reply.message_id + ">\n";
  put_threads(original, out);
  out += "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Auto-Response-Suppress: All\n";
  TRY(put_body(reply, out));
  return out;
}

ReplyFile parse_reply_file(std::string_view file) {
  ReplyFile out;
  out.text = file;
  auto rest = file;
  while (const auto field = header::take_field(rest)) {
    const bool subject = base::iequals(field->name, "Subject");
    // Anything else is a letter that happens to begin like a header.
    if (!subject && !base::iequals(field->name, "From")) return {"", "", file};
    (subject ? out.subject : out.from) = header::unfold(field->body);
  }
  if (rest.size() == file.size()) return out;
  const auto end = std::min(rest.find('\n'), rest.size());
  if (!base::trim(rest.substr(0, end)).empty()) return {"", "", file};
  out.text = rest.substr(std::min(end + 1, rest.size()));
  return out;
}

}  // namespace mime
