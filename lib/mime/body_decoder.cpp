#include "mime/body_decoder.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "mime/rules.hpp"

namespace mime {

namespace {

/// A comment or a parameter behind it means nothing.
std::string name_of(std::string_view encoding) {
  return base::lower(encoding.substr(0, encoding.find_first_of(" \t;(")));
}

bool is_uuencode(std::string_view name) {
  return name == "x-uuencode" || name == "uuencode" || name == "x-uue" || name == "uue";
}

}  // namespace

bool is_identity_encoding(std::string_view encoding) {
  const auto name = name_of(encoding);
  return encoding.empty() || name == "7bit" || name == "8bit" || name == "binary";
}

bool is_known_encoding(std::string_view encoding) {
  const auto name = name_of(encoding);
  return is_identity_encoding(encoding) || name == "base64" || name == "quoted-printable" ||
         is_uuencode(name);
}

bool is_plain_encoding(std::string_view encoding) {
  return name_of(encoding).size() == encoding.size();
}

BodyDecoder::BodyDecoder(std::string_view encoding) {
  const auto name = name_of(encoding);
  if (name == "base64") {
    decoder_.emplace<Base64>(codec::Base64Reading::body);
  } else if (name == "quoted-printable") {
    decoder_.emplace<codec::QpDecoder>();
  } else if (is_uuencode(name)) {
    decoder_.emplace<codec::UuDecoder>(codec::UuReading::forgiving);
  } else {
    known_ = is_identity_encoding(encoding);
  }
}

void BodyDecoder::update(std::string_view chunk, std::string& out) {
  size_ += chunk.size();
  if (auto* base64 = std::get_if<Base64>(&decoder_)) return base64->update(chunk, out);
  if (auto* qp = std::get_if<codec::QpDecoder>(&decoder_)) return qp->update(chunk, out);
  if (auto* uu = std::get_if<codec::UuDecoder>(&decoder_)) return uu->update(chunk, out);
  out += chunk;
}

void BodyDecoder::finish(std::string& out) {
  if (auto* base64 = std::get_if<Base64>(&decoder_)) return base64->finish(out);
  if (auto* qp = std::get_if<codec::QpDecoder>(&decoder_)) return qp->finish(out);
  if (auto* uu = std::get_if<codec::UuDecoder>(&decoder_)) return uu->finish(out);
}

std::optional<base::Defect> BodyDecoder::damage() const {
  const auto at = [](const Rule& rule, std::optional<std::uint64_t> bad) -> std::optional<base::Defect> {
    if (!bad) return std::nullopt;
    return base::Defect{&rule, static_cast<std::size_t>(*bad)};
  };
  if (const auto* base64 = std::get_if<Base64>(&decoder_)) return at(bad_base64, base64->bad());
  if (const auto* qp = std::get_if<codec::QpDecoder>(&decoder_)) return at(bad_quoted_printable, qp->bad());
  const auto* uu = std::get_if<codec::UuDecoder>(&decoder_);
  if (uu == nullptr) return std::nullopt;
  if (!uu->bad() && !uu->ended()) return at(bad_uuencode, size_);
  return at(bad_uuencode, uu->bad());
}

}  // namespace mime
