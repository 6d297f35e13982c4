// Texts by numbers: each is kept once, however often it is named. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace imap {

class Names {
 public:
  Names();

  /// The same for the same text; new ones count from 0 as they come. At most 2^31 of them.
  std::uint32_t number(std::string_view text);

  /// The text, until the next one is numbered.
  std::string_view operator[](std::uint32_t number) const;
  std::size_t size() const { return ends_.size(); }

 private:
  struct Slot {
    std::uint32_t hash;
    std::uint32_t number;
  };

  std::uint32_t hash(std::string_view text) const;
  void grow();

  std::string text_;               // one behind the other
  std::vector<std::size_t> ends_;  // of each, in text_
  std::vector<Slot> slots_;        // by the hash, or behind; a power of two, half of them empty
  std::uint64_t seed_;             // nobody who sends mail knows which texts would meet in one place
};

}  // namespace imap
