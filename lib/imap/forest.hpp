// Trees that are put together and taken apart, and the root of any node in them, each in time that grows with
// the logarithm of their size however deep they are (link-cut trees over splay trees). Any sender can make a
// thread as deep as he likes: with walks up the parents, one of 300 000 messages would take 4.5 * 10^10
// steps. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace imap {

class Forest {
 public:
  /// One more node, a root; they count from 0.
  void grow() { nodes_.emplace_back(); }

  std::size_t root(std::size_t node);
  /// `child` is a root, of another tree.
  void link(std::size_t child, std::size_t parent);
  /// Takes `child` off its parent, if it has one.
  void cut(std::size_t child);

 private:
  static constexpr std::size_t none = SIZE_MAX;

  // The nodes from a root down to where somebody looked last form one splay tree, by their depth.
  struct Node {
    std::size_t up = none;  // in the splay tree; of its top the parent of the path
    std::size_t side[2] = {none, none};
  };

  bool is_top(std::size_t node) const;
  std::size_t side_of(std::size_t node) const;
  void rotate(std::size_t node);
  void splay(std::size_t node);
  /// The path from the root to `node` becomes one splay tree, with `node` at its top.
  void access(std::size_t node);

  std::vector<Node> nodes_;
};

}  // namespace imap
