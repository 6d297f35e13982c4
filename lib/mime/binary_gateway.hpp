// A message with parts in Content-Transfer-Encoding: binary (RFC 3030 section 3) on its way to where messages
// are lines: those parts become base64, and the fields that say so, also of what holds them, are changed. All
// else stays as it is. Pushed in octets, with memory for one header and one line that may be a boundary.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "codec/base64.hpp"
#include "mime/content_type.hpp"

namespace mime {

class BinaryGateway {
 public:
  /// `line_limit` octets a line without its end, `header_limit` octets the header of one part.
  explicit BinaryGateway(std::size_t line_limit, std::size_t header_limit = 1 << 20)
      : line_limit_(line_limit), header_limit_(header_limit) {}

  /// Lines that end with LF are appended to `out`. Works at every split of the input.
  void update(std::string_view octets, std::string& out);
  void finish(std::string& out);

  // Of what is not binary: a bare CR or LF, a line over the limit.
  bool bare_line_end() const { return bare_; }
  bool line_too_long() const { return too_long_; }
  /// Why the message cannot be carried, and comes out in part; empty: it can.
  std::string_view trouble() const { return trouble_; }
  /// Some part has become base64.
  bool changed() const { return changed_; }

 private:
  enum class State { header, text, binary };
  struct Open {
    std::string boundary;  // with the dashes before it
    bool digest = false;   // its parts are messages where they do not say otherwise
  };
  struct Fields;

  void take_line(std::string_view& octets, std::string& out);
  void take_content(std::string_view& octets, std::string& out);
  void header_line(std::string& out);
  bool boundary_line(std::string_view line, std::string& out);
  void header_ends(std::string& out);
  void begin_body(const Fields& fields);
  void put_header(const Fields& fields, std::string& out);
  void put(std::string_view content, std::string& out);
  void put_line_end(std::string& out);
  void end_part(std::string& out);

  std::size_t line_limit_;
  std::size_t header_limit_;
  State state_ = State::header;
  std::string header_;      // so far, with LF line ends
  std::string line_;        // of a header, or of a body as long as it may be a boundary
  bool line_start_ = true;  // of a body: the next line may be a boundary
  bool line_end_ = false;   // of a binary body: belongs to it unless a boundary follows
  bool carriage_return_ = false;
  bool in_digest_ = false;  // the header belongs to a part of one
  bool top_ = true;         // the header is that of the message
  std::size_t column_ = 0;
  std::vector<Open> open_;
  codec::Base64Encoder encoder_;
  bool bare_ = false;
  bool too_long_ = false;
  bool changed_ = false;
  std::string_view trouble_;
};

}  // namespace mime
