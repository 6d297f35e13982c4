// A client on descriptor 0, for what asks who is calling.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>

#include "fs/fd.hpp"

/// While it lives, descriptor 0 is this connection, from an address that the environment says.
class Connection {
 public:
  explicit Connection(const char* address) : before_(dup(0)) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || dup2(ends[0], 0) < 0) std::abort();
    close(ends[0]);
    client_.reset(ends[1]);
    setenv("PROTO", "TCP", 1);
    setenv("TCPREMOTEIP", address, 1);
  }
  ~Connection() {
    dup2(before_.get(), 0);
    unsetenv("PROTO");
    unsetenv("TCPREMOTEIP");
  }
  void say(std::string_view text) const { ASSERT_TRUE(fs::write_all(client_.get(), text)); }

 private:
  fs::Fd before_;
  fs::Fd client_;
};
