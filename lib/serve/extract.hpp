// Files out of messages into a directory.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "fs/output.hpp"
#include "serve/decode.hpp"

namespace serve {

/// Which parts are meant: a number; a type ("image/png", "image/*"); a pattern for names ("*.pdf"). Without
/// any, all that are files, but for what an attached message holds.
class Selectors {
 public:
  explicit Selectors(std::vector<std::string> texts = {}) : texts_(std::move(texts)), used_(texts_.size()) {}

  /// The parts that one of them means.
  std::vector<const mime::PartView*> choose(const Message& message);
  /// Exit::data, `where` in front: one of them meant nothing in any message so far.
  base::Result<void> all_meant(std::string_view where) const;

 private:
  std::vector<std::string> texts_;
  std::vector<bool> used_;
};

/// Where files are created. It remembers which numbers its names have got, so that ten thousand of one name
/// are not looked for one by one.
struct Directory {
  int descriptor = -1;
  std::map<std::string, unsigned> taken;  // the last number of each name
};

/// Creates a file for each of the parts and lists them on `out`. True: one was damaged.
base::Result<bool> extract(const Message& message, std::span<const mime::PartView* const> parts,
                           Directory& directory, fs::Output& out);

/// True for an argument that means parts and no message: a number, a pattern, and where there is no such file
/// (`exists`) a type or a name.
bool is_selector(std::string_view argument, bool exists);

}  // namespace serve
