// The answer of somebody who is away (RFC 3834 section 3). Pure: text in, text out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "header/field.hpp"

namespace mime {

struct AutoReply {
  std::string from;        // the address that was written to, or the value of a From field
  std::string name;        // of its user, UTF-8; may be empty
  std::string to;          // the reverse-path of the message
  std::string subject;     // UTF-8, in which $SUBJECT stands for that of the message; empty: "Auto: $SUBJECT"
  std::string text;        // in `charset`
  std::string charset;     // of the text; empty: UTF-8
  std::uint64_t now = 0;   // seconds since 1970
  std::string message_id;  // without brackets
};

/// The whole message, with LF line ends; `original`: the header that it answers. Exit::data: the charset is
/// not known, the text is not UTF-8 and nothing says what it is, or `from` is no address.
base::Result<std::string> auto_reply(const AutoReply& reply, const std::vector<header::Field>& original);

/// A file that a person has written: fields Subject and From, if it begins with such, then an empty line,
/// then the text; or only the text.
struct ReplyFile {
  std::string subject;  // as written
  std::string from;
  std::string_view text;
};
ReplyFile parse_reply_file(std::string_view file);

}  // namespace mime
