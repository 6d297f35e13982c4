// Text in any charset that mail uses, to UTF-8. Streaming; output is appended to the string the caller gives.
// Labels are those of MIME and the wrong ones that programs write; each means what its users mean by it:
// iso-8859-1 is windows-1252, gb2312 is GB 18030. Octets that are no text become U+FFFD, one for each.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace codec {

class Utf8Converter {
 public:
  /// Exit::data for a charset that is not known. No label, "us-ascii" and "unknown-8bit" read UTF-8, and an
  /// octet that is not as windows-1252.
  static base::Result<Utf8Converter> open(std::string_view charset);

  Utf8Converter(Utf8Converter&&) noexcept;
  Utf8Converter& operator=(Utf8Converter&&) noexcept;
  ~Utf8Converter();

  void update(std::string_view chunk, std::string& out);
  void finish(std::string& out);
  /// Octets that became U+FFFD.
  std::uint64_t replaced() const { return replaced_; }

 private:
  class Table;
  Utf8Converter(bool utf8, std::unique_ptr<Table> table);
  std::string_view take(std::string_view text, bool last, std::string& out);
  std::string_view take_utf8(std::string_view text, bool last, std::string& out);
  void replace(char c, std::string& out);

  bool utf8_;  // the text is UTF-8; table_ (if any) is for octets that are not
  std::unique_ptr<Table> table_;
  std::string held_;  // a character that is not complete
  std::uint64_t replaced_ = 0;
};

/// The tree that iconv loads its tables from when it meets a charset: a confined program must be able to read
/// it.
inline constexpr const char* charset_tables = "/usr/lib";

/// Exit::data for a charset that is not known; wrong octets become U+FFFD.
base::Result<std::string> to_utf8(std::string_view text, std::string_view charset);

}  // namespace codec
