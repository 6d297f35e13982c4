#include "proc/coder.hpp"

#include "proc/confine.hpp"
#include "proc/run.hpp"

namespace proc {

base::Result<int> code(const Options& given, base::Result<int> (*encode)(const Options&),
                       base::Result<int> (*decode)(const Options&)) {
  if (given.has("strict") && given.has("ignore-garbage"))
    return base::fail(base::Exit::usage, "--strict and --ignore-garbage exclude each other");
  end_when_nobody_reads();
  // The names of files can be any.
  TRY(confine(
      {Role::reader, given.arguments.empty() ? std::vector<std::string>() : std::vector<std::string>{"/"}}));
  return given.has("decode") ? decode(given) : encode(given);
}

}  // namespace proc
