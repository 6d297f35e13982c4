// A whole file as text: small ones are read, large ones mapped.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fs {

class Mapping {
 public:
  /// Of a file, or of standard input for "-"; what is no plain file is copied to one without a name first.
  /// A file of more than 256 KiB must not be cut short while this lives: the program would end by SIGBUS.
  static base::Result<Mapping> open(const std::string& path);

  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  std::string_view text() const { return text_; }

 private:
  Mapping(std::string_view text, std::unique_ptr<char[]> held) : text_(text), held_(std::move(held)) {}
  std::string_view text_;
  std::unique_ptr<char[]> held_;  // null: the text is mapped
};

}  // namespace fs
