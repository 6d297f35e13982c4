#include "serve/inputs.hpp"

#include <sys/stat.h>

#include <utility>

namespace serve {

namespace {

bool is_plain_file(const std::string& name) {
  struct stat status = {};
  return name != "-" && stat(name.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Inputs::Inputs(std::vector<std::string> names) : names_(std::move(names)) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i == 0 || !is_plain_file(names_[i])) opened_.emplace(i, fs::Mapping::open(names_[i]));
  }
}

base::Result<fs::Mapping> Inputs::take(std::size_t index) {
  const auto found = opened_.find(index);
  if (found == opened_.end()) return fs::Mapping::open(names_[index]);
  auto out = std::move(found->second);
  opened_.erase(found);
  return out;
}

}  // namespace serve
