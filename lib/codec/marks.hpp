// Walking over a text from one octet that needs care to the next.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace codec {

/// The octets of a text that a scan kernel marks, found for a window at a time.
class Marks {
 public:
  static constexpr std::size_t window = 4096;
  using Kernel = void (*)(const char* in, std::size_t length, std::uint64_t* marks);

  /// Both must outlive this.
  Marks(std::string_view text, Kernel kernel) : text_(text), kernel_(kernel) {}

  /// The first one from `at` on, or the end of the text. `at` never goes back before the last window.
  std::size_t next(std::size_t at) {
    while (at < text_.size()) {
      if (at >= end_) fill(at);
      for (std::size_t i = (at - start_) / 64; i * 64 < end_ - start_; ++i) {
        const auto word = words_[i] >> (at - start_) % 64 << (at - start_) % 64;
        if (word != 0) return start_ + i * 64 + static_cast<std::size_t>(std::countr_zero(word));
        at = start_ + i * 64 + 64;
      }
    }
    return text_.size();
  }

 private:
  void fill(std::size_t at) {
    const auto part = text_.substr(at, window);
    kernel_(part.data(), part.size(), words_.data());
    start_ = at;
    end_ = at + part.size();
  }

  std::string_view text_;
  Kernel kernel_;
  std::size_t start_ = 0;
  std::size_t end_ = 0;
  std::array<std::uint64_t, window / 64> words_;
};

}  // namespace codec
