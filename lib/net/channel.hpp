// What a Wire reads and writes when it is not the bare descriptor.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string_view>

namespace net {

class Channel {
 public:
  virtual ~Channel() = default;

  /// As read(2) and send(2) on a descriptor that never blocks: octets, 0 for the end, or -1 with errno, where
  /// EAGAIN asks to wait until the descriptor is ready for events().
  virtual ssize_t receive(char* into, std::size_t most) = 0;
  virtual ssize_t send(std::string_view text) = 0;
  virtual short events() const = 0;
};

}  // namespace net
