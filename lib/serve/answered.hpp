// The hosts that answered when they were last asked, of very many the last ten thousand or more. Pure.
#pragma once

#include <string>
#include <unordered_set>

namespace serve {

class Answered {
 public:
  static constexpr std::size_t most = 10'000;

  bool contains(const std::string& line) const { return young_.contains(line) || old_.contains(line); }
  void add(const std::string& line);
  void remove(const std::string& line);
  /// No more than twice `most`.
  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  std::unordered_set<std::string> young_, old_;
};

}  // namespace serve
