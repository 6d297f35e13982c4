// Writing a message body (RFC 2045, 2046, 2183, 2392): how the parts are nested, and their headers. Lines end
// with LF. Contents stay where they are: the caller streams them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "mime/transfer.hpp"

namespace mime {

struct Part {
  std::string type = "text/plain";
  std::string charset;      // empty: no parameter
  std::string disposition;  // "attachment", "inline" or empty
  std::string name;         // UTF-8; empty: none
  std::string content_id;   // without angle brackets
  Encoding encoding = Encoding::seven_bit;
  Role role = Role::body;
  std::size_t source = 0;  // how the caller knows the content
  std::vector<Part> children;
};

struct Contents {
  std::vector<Part> bodies;     // from the plainest to the richest
  std::vector<Part> shown;      // files that the bodies show
  std::vector<Part> forwarded;  // messages
  std::vector<Part> attached;   // files beside them
};

struct Nesting {
  bool parallel = false;  // at the top multipart/parallel, not mixed: to be shown at the same time
  bool digest = false;    // the forwarded messages in a multipart/digest
};

/// The nesting that readers expect (mixed > alternative > related). No multipart of one part but a digest, or
/// around a file alone, whose last line may have no end while a message's has. With nothing at all, an empty
/// text.
Part arrange(Contents contents, Nesting nesting = {});

/// Usable as a boundary (RFC 2046 section 5.1.1) with room for a digit that tells nested ones apart.
bool is_boundary(std::string_view boundary);

using Emit = std::function<base::Result<void>(std::string_view)>;
using EmitBody = std::function<base::Result<void>(const Part&, const Emit&)>;

/// The fields from MIME-Version on, the empty line, and the body, whose last line ends. `body` emits the
/// encoded content of one part. A message in a digest says nothing of its type (RFC 2046 section 5.1.5).
base::Result<void> write(const Part& root, const std::string& boundary, const Emit& emit,
                         const EmitBody& body);

}  // namespace mime
