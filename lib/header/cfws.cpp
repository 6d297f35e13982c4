#include "header/cfws.hpp"

#include <cstddef>

namespace header {

std::string take_quoted(base::Scanner& in, base::Defects* defects) {
  std::string out;
  const auto start = in.offset();
  while (!in.take('"')) {
    if (!in.done() && in.peek() == '\\') in.next();
    if (in.done()) {
      base::note(defects, open_quote, start > 0 ? start - 1 : 0);
      break;
    }
    const char c = in.next();
    if (c != '\r' && c != '\n') out += c;
  }
  return out;
}

std::string take_comment(base::Scanner& in, base::Defects* defects) {
  std::string out;
  const auto start = in.offset();
  for (std::size_t depth = 1;;) {
    if (in.done()) {
      base::note(defects, open_comment, start > 0 ? start - 1 : 0);
      break;
    }
    char c = in.next();
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) break;
    if (c == '\\' && !in.done()) c = in.next();
    if (c != '\r' && c != '\n') out += c;
  }
  return out;
}

bool skip_cfws(base::Scanner& in, base::Defects* defects) {
  in.take_while(is_blank);
  while (in.take('(')) {
    base::Defects inner;
    take_comment(in, &inner);
    if (!inner.empty()) {
      if (defects != nullptr) defects->add(inner, 0);
      return false;
    }
    in.take_while(is_blank);
  }
  return true;
}

}  // namespace header
