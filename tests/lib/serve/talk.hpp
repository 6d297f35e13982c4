// A program's side of a conversation in a unit test: all that the client says is there from the start, all
// that it hears is kept.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "fs/fd.hpp"
#include "net/wire.hpp"

/// Gone with all that is in it when the test is over.
class Directory {
 public:
  Directory();
  ~Directory();
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/tubepost-test.XXXXXX";
};

/// `serve` runs with `said` as its input; returns what it wrote.
std::string hear(std::string_view said, const std::function<void(net::Wire&)>& serve);
