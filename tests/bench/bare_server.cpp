// The least that a mail server with a process for each connection can do, as the floor beside which smtpd is
// measured: bare_server QUEUE on a listening socket at descriptor 3, QUEUE with the folders 0 to f. It forks
// for each connection, answers the lines of one well-behaved client without reading what they say, and brings
// each message to the disk as the spool does: create, write, fsync, fsync of the directory. No checks, no
// limits, no envelope, no confinement, no log: for nobody but the bench.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view end_of_data = "\r\n.\r\n";

void say(std::string_view text) {
  if (write(0, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(1);
}

/// More of what the client says, behind what is there.
void hear(std::string& buffer) {
  char text[65536];
  const auto got = read(0, text, sizeof text);
  if (got <= 0) _exit(0);
  buffer.append(text, static_cast<std::size_t>(got));
}

std::string take(std::string& buffer, std::string_view end) {
  std::size_t found = 0;
  while ((found = buffer.find(end)) == std::string::npos) hear(buffer);
  const auto out = buffer.substr(0, found);
  buffer.erase(0, found + end.size());
  return out;
}

void commit(int queue, int number, const std::string& text) {
  const auto bucket = std::string(1, "0123456789abcdef"[(getpid() + number) % 16]);
  const int directory = openat(queue, bucket.c_str(), O_RDONLY | O_DIRECTORY);
  const auto name = std::to_string(getpid()) + "." + std::to_string(number);
  const int file = openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
  const bool good = file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                    fsync(file) == 0 && fsync(directory) == 0;
  if (!good) _exit(1);
  close(file);
  close(directory);
  say("250 taken\r\n");
}

[[noreturn]] void serve(int queue) {
  const int on = 1;
  setsockopt(0, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  std::string buffer;
  say("220 bare\r\n");
  for (int number = 0;;) {
    const auto line = take(buffer, "\r\n");
    if (line == "QUIT") {
      say("221 bye\r\n");
      _exit(0);
    }
    if (line != "DATA") {
      say("250 yes\r\n");
      continue;
    }
    say("354 go on\r\n");
    commit(queue, number++, take(buffer, end_of_data));
  }
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int listening = 3;
  const int queue = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;
  if (queue < 0) {
    std::fprintf(stderr, "usage: bare_server QUEUE, with a listening socket at descriptor 3\n");
    return 64;
  }
  // The kernel takes the children's statuses.
  signal(SIGCHLD, SIG_IGN);
  while (true) {
    const int connection = accept(listening, nullptr, nullptr);
    if (connection < 0) continue;
    if (fork() == 0) {
      dup2(connection, 0);
      close(connection);
      close(listening);
      serve(queue);
    }
    close(connection);
  }
}
