// The parts of a message shown to a person, written out, or put into files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "mime/part.hpp"

namespace serve {

/// How much of a part's body is undone: all for a reader (text becomes UTF-8 with LF); the transfer encoding,
/// and the line ends that a message with CRLF gave to lines of text; the transfer encoding; nothing.
enum class Undo { all, file, encoding, nothing };

class Decode {
 public:
  /// `message` must outlive this. Exit::data: there is no field in its header.
  static base::Result<Decode> open(std::string_view message);

  /// A line a part: number, type, charset, octets, name.
  base::Result<void> show_tree(int output);

  /// Exit::data: there is no such part.
  base::Result<void> write_part(std::string_view number, Undo undo, int output);

  /// Creates a file for each of these parts, or for all that are files, and lists them on `output`.
  /// Exit::data: there is none.
  base::Result<void> extract(const std::string& directory, std::span<const std::string> numbers, int output);

  /// Something was damaged in what was read so far, or a part does not end.
  bool damaged() const { return damaged_; }

 private:
  Decode(std::string_view message, mime::Entity root);
  base::Result<const mime::PartView*> find(std::string_view number) const;
  base::Result<void> write_body(const mime::PartView& part, Undo undo, int output);
  base::Result<void> write_text(const mime::PartView& part, int output);
  base::Result<std::string> extract_part(int directory, const mime::PartView& part);
  std::uint64_t decoded_size(const mime::PartView& part);

  std::string_view message_;
  std::vector<mime::Entity> root_;  // one, at a place that does not move: the parts point to it
  std::vector<mime::PartView> parts_;
  bool damaged_ = false;
};

}  // namespace serve
