// Whether the spool belongs to whom it should, and whether anybody else could read, change or remove mail
// (spool/README.md, "Who may what").
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace spool {

struct Oddity {
  std::string where;  // "queue/3", in the spool
  std::string what;
};

/// Of the spool itself, its folders, and what stands beside them. Exit::no_input: there is no spool.
base::Result<std::vector<Oddity>> odd_places(const std::string& spool);

/// What is wrong with a message's file in a folder: no plain file, readable or writable for others than its
/// owner, with a second name somewhere, or of an owner who has no business there.
std::optional<std::string> odd_file(const struct stat& file, const struct stat& folder);

}  // namespace spool
