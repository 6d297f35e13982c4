// A body back to what it was, by its Content-Transfer-Encoding (RFC 2045 section 6): streaming, forgiving.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/defect.hpp"
#include "codec/base64.hpp"
#include "codec/quoted_printable.hpp"
#include "codec/uu.hpp"

namespace mime {

/// One that a BodyDecoder undoes, as it is written in the field; none at all is known as well.
bool is_known_encoding(std::string_view encoding);

/// True where octets stand for themselves: none given, 7bit, 8bit, binary.
bool is_identity_encoding(std::string_view encoding);

/// True where the field holds the name of the encoding and nothing else.
bool is_plain_encoding(std::string_view encoding);

/// Damage is passed over and noted; an encoding that is not known is none.
class BodyDecoder {
 public:
  explicit BodyDecoder(std::string_view encoding);
  /// Appends to `out`.
  void update(std::string_view chunk, std::string& out);
  void finish(std::string& out);

  bool damaged() const { return !known_ || damage(); }
  /// The first thing that was wrong in what was read, at its offset in the body.
  std::optional<base::Defect> damage() const;

 private:
  using Base64 = codec::Base64Decoder;
  std::variant<std::monostate, Base64, codec::QpDecoder, codec::UuDecoder> decoder_;
  bool known_ = true;
  std::uint64_t size_ = 0;  // of what was read
};

}  // namespace mime
