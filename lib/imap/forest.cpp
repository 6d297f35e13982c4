#include "imap/forest.hpp"

namespace imap {

bool Forest::is_top(std::size_t node) const {
  const auto up = nodes_[node].up;
  return up == none || (nodes_[up].side[0] != node && nodes_[up].side[1] != node);
}

std::size_t Forest::side_of(std::size_t node) const {
  return nodes_[nodes_[node].up].side[1] == node ? 1 : 0;
}

void Forest::rotate(std::size_t node) {
  const auto up = nodes_[node].up;
  const auto side = side_of(node);
  const auto inner = nodes_[node].side[1 - side];
  const auto top = nodes_[up].up;
  if (!is_top(up)) nodes_[top].side[side_of(up)] = node;
  nodes_[node].up = top;
  nodes_[node].side[1 - side] = up;
  nodes_[up].up = node;
  nodes_[up].side[side] = inner;
  if (inner != none) nodes_[inner].up = up;
}

void Forest::splay(std::size_t node) {
  while (!is_top(node)) {
    const auto up = nodes_[node].up;
    if (!is_top(up)) rotate(side_of(node) == side_of(up) ? up : node);
    rotate(node);
  }
}

void Forest::access(std::size_t node) {
  std::size_t below = none;
  for (auto at = node; at != none; at = nodes_[at].up) {
    splay(at);
    nodes_[at].side[1] = below;
    below = at;
  }
  splay(node);
}

std::size_t Forest::root(std::size_t node) {
  access(node);
  while (nodes_[node].side[0] != none) node = nodes_[node].side[0];
  splay(node);
  return node;
}

void Forest::link(std::size_t child, std::size_t parent) {
  access(child);
  nodes_[child].up = parent;
}

void Forest::cut(std::size_t child) {
  access(child);
  const auto above = nodes_[child].side[0];
  if (above == none) return;
  nodes_[above].up = none;
  nodes_[child].side[0] = none;
}

}  // namespace imap
