#include "serve/answered.hpp"

#include <utility>

namespace serve {

void Answered::add(const std::string& line) {
  if (!young_.insert(line).second) return;
  old_.erase(line);
  if (young_.size() < most) return;
  old_ = std::move(young_);
  young_.clear();
}

void Answered::remove(const std::string& line) {
  young_.erase(line);
  old_.erase(line);
}

}  // namespace serve
