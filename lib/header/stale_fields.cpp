#include "header/stale_fields.hpp"

#include <algorithm>
#include <iterator>

#include "base/ascii.hpp"

namespace header {

namespace {

constexpr std::string_view names[] = {"Return-Path", "Content-Length"};
constexpr std::size_t most_held = 64 * 1024;

bool may_become_stale(std::string_view start) {
  return std::any_of(std::begin(names), std::end(names), [&](std::string_view name) {
    return base::iequals(start, name.substr(0, start.size()));
  });
}

}  // namespace

bool is_stale(std::string_view name) {
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view one) { return base::iequals(name, one); });
}

void WithoutStaleFields::decide(Where where, std::string& out) {
  where_ = where;
  stale_ = where == Where::stale_line;
  if (!stale_) out += held_;
  held_.clear();
  is_named_ = false;
}

/// Takes one character of a line that is not decided, or decides it.
void WithoutStaleFields::look(std::string_view& piece, std::string& out) {
  const char c = piece.front();
  const bool is_blank = base::is_wsp(c) || c == '\r' || c == '\n';
  // The line before had the name alone, and this is no fold of it.
  if (held_.ends_with('\n') && !base::is_wsp(c)) return decide(Where::line_start, out);
  held_ += c;
  piece.remove_prefix(1);
  if (is_named_) {
    if (c == ':') return decide(Where::stale_line, out);
    if (!is_blank || held_.size() == most_held)
      return decide(c == '\n' ? Where::line_start : Where::kept_line, out);
  } else if (held_ == "\n" || held_ == "\r\n") {
    decide(Where::body, out);
  } else if (held_ != "\r" && !may_become_stale(held_)) {
    decide(c == '\n' ? Where::line_start : Where::kept_line, out);
  } else {
    is_named_ = is_stale(held_);
  }
}

void WithoutStaleFields::update(std::string_view piece, std::string& out) {
  while (!piece.empty() && where_ != Where::body) {
    if (where_ == Where::line_start) {
      const bool is_fold = base::is_wsp(piece.front());
      where_ = !is_fold ? Where::name : stale_ ? Where::stale_line : Where::kept_line;
    }
    if (where_ == Where::name) {
      look(piece, out);
      continue;
    }
    const auto end = piece.find('\n');
    const auto line = piece.substr(0, end == std::string_view::npos ? end : end + 1);
    if (where_ == Where::kept_line) out += line;
    piece.remove_prefix(line.size());
    if (end != std::string_view::npos) where_ = Where::line_start;
  }
  out += piece;
}

void WithoutStaleFields::finish(std::string& out) {
  out += held_;
  *this = {};
}

}  // namespace header
