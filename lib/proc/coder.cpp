#include "proc/coder.hpp"

#include "proc/run.hpp"

namespace proc {

base::Result<int> code(const Options& given, base::Result<int> (*encode)(const Options&),
                       base::Result<int> (*decode)(const Options&)) {
  if (given.has("strict") && given.has("ignore-garbage"))
    return base::fail(base::Exit::usage, "--strict and --ignore-garbage exclude each other");
  end_when_nobody_reads();
  return given.has("decode") ? decode(given) : encode(given);
}

}  // namespace proc
