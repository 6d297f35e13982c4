// Files that stand as uuencode between the lines of a text, as mail had them before MIME.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mime {

struct UuFile {
  std::size_t start = 0;  // of the begin line
  std::size_t end = 0;    // behind the end line, or the last one that is uuencode
  std::string name;       // as written, of a line of at most 1000 octets
  bool complete = false;  // there is an end line
};

/// A begin line counts when a line of data or the end follows it. At most `limit` files.
std::vector<UuFile> find_uuencoded(std::string_view body, std::size_t limit);

}  // namespace mime
