// A whole file as text, without reading it into memory.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fs {

class Mapping {
 public:
  /// Of a file, or of standard input for "-"; what is no plain file is copied to one without a name first.
  /// The file must not be cut short while this lives: the program would end by SIGBUS.
  static base::Result<Mapping> open(const std::string& path);

  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  std::string_view text() const { return text_; }

 private:
  explicit Mapping(std::string_view text) : text_(text) {}
  std::string_view text_;
};

}  // namespace fs
