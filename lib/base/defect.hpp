// What is wrong with input that is taken all the same. Parsers of mail never fail: they report which rule of
// an RFC was broken and where, to whom wants to know.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace base {

enum class Harm {
  none,       // against a rule, and understood by everyone
  ambiguous,  // programs differ in what they make of it, which is how filters are deceived
  damage,     // content is missing or wrong
};

/// One for each kind of defect, defined where it is found and compared by address.
struct Rule {
  std::string_view name;     // for programs: "missing-end"
  std::string_view text;     // for people: "a multipart has no closing boundary"
  std::string_view section;  // "RFC 2046 5.1.1"
  Harm harm = Harm::none;
};

struct Defect {
  const Rule* rule = nullptr;
  std::size_t offset = 0;  // of the octet, from the start of the text that was parsed
  friend bool operator==(const Defect&, const Defect&) = default;
};

/// A list that a stranger's input cannot make large: what comes after the first 1000 is dropped.
class Defects {
 public:
  static constexpr std::size_t limit = 1000;

  void add(const Rule& rule, std::size_t offset) {
    if (list_.size() < limit) list_.push_back({&rule, offset});
  }
  /// The defects of a part of the text that starts at `start`.
  void add(const Defects& inner, std::size_t start) {
    for (const auto& one : inner.list_) add(*one.rule, start + one.offset);
  }
  const std::vector<Defect>& list() const { return list_; }
  bool empty() const { return list_.empty(); }

 private:
  std::vector<Defect> list_;
};

/// For parsers whose caller need not want to know.
inline void note(Defects* defects, const Rule& rule, std::size_t offset) {
  if (defects != nullptr) defects->add(rule, offset);
}

}  // namespace base
