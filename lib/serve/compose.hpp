// A new message from files: two passes over each, so that memory does not grow with them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "mime/writer.hpp"
#include "serve/compose_type.hpp"

namespace serve {

/// A file as a person names it on the command line.
struct Content {
  std::string path;        // "-": standard input
  std::string type;        // empty: look at it
  std::string name;        // shown to the reader; empty: the last part of the path
  std::string content_id;  // of files that the text shows; empty: the name
};

/// Reads `FILE[;type=T][;name=N][;cid=ID]`. Exit::usage for a type that is none.
base::Result<Content> parse_content(std::string_view argument);

struct Draft {
  std::string header;  // whole fields, LF line ends
  std::vector<Content> bodies;
  std::vector<Content> shown;
  std::vector<Content> forwarded;
  std::vector<Content> attached;
  std::string boundary;
  mime::Nesting nesting = {};
};

/// How much of the contents has been written, of how much; octets before they are encoded.
using Advance = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// `opened` is called when all files are open and the types of attachments are found, before any is read
/// further: no other is opened after that, no process started. Exit::data: a body that is not UTF-8.
base::Result<void> compose(const Draft& draft, const Identify& identify, const mime::Emit& emit,
                           const Advance& advance = {},
                           const std::function<base::Result<void>()>& opened = {});

}  // namespace serve
