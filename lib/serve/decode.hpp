// A message opened for people and programs: its parts, what is in them, and what is wrong with them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/defect.hpp"
#include "base/result.hpp"
#include "mime/part.hpp"

namespace serve {

struct Message {
  std::string file;  // what its errors and its JSON call it
  std::string_view text;
  std::unique_ptr<mime::Entity> root;  // the parts point to it
  std::vector<mime::PartView> parts;   // never empty
  bool crlf = false;                   // lines end so

  /// `text` must outlive this. Exit::data: there is no field in its header.
  static base::Result<Message> open(std::string file, std::string_view text);

  /// Exit::data: there is no such part.
  base::Result<const mime::PartView*> find(std::string_view number) const;
};

using Sink = std::function<base::Result<void>(std::string_view)>;

/// What came of a body that was decoded.
struct Decoded {
  std::uint64_t size = 0;  // octets behind the transfer encoding
  base::Defects defects;   // offsets in the message

  bool damaged() const;
};

/// Undoes the transfer encoding, a piece at a time; of a part with parts and of one in an encoding that is
/// not known nothing.
base::Result<Decoded> decode_octets(const Message& message, const mime::PartView& part, const Sink& sink);

/// What decode_octets would give, without the octets.
Decoded measure(const Message& message, const mime::PartView& part);

/// Text as UTF-8 with LF; in a charset nobody knows, what is not UTF-8 is taken for windows-1252.
base::Result<Decoded> decode_text(const Message& message, const mime::PartView& part, const Sink& sink);

/// What a file is made of: octets, but lines of text as LF where the message ends its lines with CRLF.
base::Result<Decoded> decode_file(const Message& message, const mime::PartView& part, const Sink& sink);

bool any_damage(const base::Defects& defects);

/// True where what was written of a part is not all that was sent, or something else.
bool is_damaged(const mime::PartView& part, const Decoded& decoded);

}  // namespace serve
