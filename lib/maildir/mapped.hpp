// A part of a file as memory that all processes share. Only for files that are never cut short in place: a
// page that is no longer there ends the process with SIGBUS.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace maildir {

class Mapped {
 public:
  Mapped() = default;
  /// The first `length` octets of the file. Exit::data: it has fewer.
  static base::Result<Mapped> of(int file, std::size_t length, std::string_view path);

  Mapped(Mapped&& other) noexcept : text_(std::exchange(other.text_, {})) {}
  Mapped& operator=(Mapped&& other) noexcept {
    std::swap(text_, other.text_);
    return *this;
  }
  ~Mapped();

  std::string_view text() const { return text_; }

  /// Gives the memory back until it is looked at again.
  void rest() const;

 private:
  std::string_view text_;
};

}  // namespace maildir
