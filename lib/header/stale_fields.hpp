// Fields that say something of another copy of the message than the one that is written now: Return-Path is
// of an earlier delivery, or of nobody (RFC 5321 section 4.4), Content-Length of an mbox file that it once
// stood in, and readers of mbox files believe it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace header {

/// In any case.
bool is_stale(std::string_view name);

/// A message in pieces, of any size, without its stale fields, folds and all; line ends are LF or CRLF. Holds
/// back at most 64 KiB: a name with more blanks before its colon stays.
class WithoutStaleFields {
 public:
  /// Adds to `out` what is decided.
  void update(std::string_view piece, std::string& out);

  /// What was held back.
  void finish(std::string& out);

 private:
  enum class Where { line_start, name, kept_line, stale_line, body };

  void look(std::string_view& piece, std::string& out);
  void decide(Where where, std::string& out);

  Where where_ = Where::line_start;
  bool stale_ = false;     // the field before: a fold belongs to it
  bool is_named_ = false;  // held_ begins with the whole name of a stale field
  std::string held_;       // the start of a line, which may be that of a stale field or the empty line
};

}  // namespace header
