#include "talk.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "fs/fd.hpp"

Directory::Directory() {
  if (mkdtemp(path_.data()) == nullptr) std::abort();
}

Directory::~Directory() {
  std::filesystem::remove_all(path_);
}

std::string hear(std::string_view said, const std::function<void(net::Wire&)>& serve) {
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
