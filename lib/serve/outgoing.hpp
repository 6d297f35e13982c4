// A message on its way to another host: what that host must be able to take, and the octets.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "spool/queue.hpp"

namespace serve {

class Outgoing {
 public:
  /// Reads the message once; it outlives this.
  static base::Result<Outgoing> survey(const spool::Message& message);

  std::uint64_t size() const { return size_; }  // octets as they go out: with CRLF line ends, folded
  bool eight_bit_header() const { return eight_bit_header_; }
  bool eight_bit_body() const { return eight_bit_body_; }

  /// With LF line ends, in pieces.
  base::Result<void> each_chunk(const std::function<base::Result<void>(std::string_view)>& use) const;

  /// The same message in ASCII, in memory. Exit::data: it cannot be, or is larger than 64 MiB.
  base::Result<Outgoing> downgraded() const;

 private:
  void count(std::string_view chunk);
  base::Result<void> count_additions();

  const spool::Message* message_ = nullptr;
  std::string text_;  // in place of the message
  std::uint64_t size_ = 0;
  bool eight_bit_header_ = false;
  bool eight_bit_body_ = false;
  bool long_lines_ = false;
  std::size_t column_ = 0;
  bool in_header_ = true;
  char last_ = '\n';
};

}  // namespace serve
