// A part of a file as memory that all processes share. Should somebody cut the file in place, all of it
// becomes zeros when a page is looked at that is there no more.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "fs/cut_memory.hpp"

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

  /// That has happened: nothing that was read since counts.
  bool is_cut() const { return fs::is_cut(text_.data()); }

  /// Gives the memory back until it is looked at again.
  void rest() const;

 private:
  std::string_view text_;
};

}  // namespace maildir
