// Writing a field, folded before it is wider than 76 columns (RFC 5322 section 2.2.3, RFC 2047 section 2).
// Lines end with LF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace header {

class FieldWriter {
 public:
  static constexpr std::size_t columns = 76;

  explicit FieldWriter(std::string_view name) : out_(std::string(name) + ":"), column_(out_.size()) {}

  /// Adds `blanks` and `piece`, behind a line end when they do not fit into the line and leave room for
  /// `reserve` columns more. The piece is never broken.
  void put(std::string_view piece, std::string_view blanks = " ", std::size_t reserve = 0);

  /// Adds a mark that must stay in the line: what came before has reserved its columns.
  void glue(std::string_view mark);

  /// Columns left for a piece behind one blank.
  std::size_t room() const { return column_ + 1 < columns ? columns - column_ - 1 : 0; }

  /// The whole field with its last line end.
  std::string finish() && { return std::move(out_) + "\n"; }

 private:
  std::string out_;
  std::size_t column_;
};

}  // namespace header
