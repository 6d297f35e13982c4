// A program's side of a conversation in a unit test: all that the client says is there from the start, all
// that it hears is kept.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

#include "fs/fd.hpp"
#include "net/wire.hpp"

class Directory {
 public:
  Directory() {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/tubepost-test.XXXXXX";
};

/// `serve(wire)` runs with `said` as its input; returns what it wrote.
template <class Serve>
std::string hear(std::string_view said, Serve serve) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
  fs::Fd client(ends[0]);
  fs::Fd server(ends[1]);
  // At the same time as the other side reads: a socket does not hold everything.
  std::thread speaker([&] {
    (void)fs::write_all(client.get(), said);
    shutdown(client.get(), SHUT_WR);
  });
  std::string out;
  std::thread listener([&] {
    char chunk[4096];
    ssize_t got = 0;
    while ((got = read(client.get(), chunk, sizeof chunk)) > 0)
      out.append(chunk, static_cast<std::size_t>(got));
  });
  {
    net::Wire wire(server.get(), server.get(), 5000);
    serve(wire);
    (void)wire.flush();
  }
  // Ends the speaker too, should nobody have read to the end.
  shutdown(server.get(), SHUT_RDWR);
  speaker.join();
  listener.join();
  return out;
}
