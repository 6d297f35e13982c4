// The least that a mail server with a process for each connection can do, as the floor beside which smtpd is
// measured: bare_server QUEUE [MAILDIR [confined]] on a listening socket at descriptor 3, QUEUE with the
// folders 0 to f.
// It forks for each connection, answers the lines of one well-behaved client without reading what they say,
// and brings each message to the disk as the spool does: create, write, fsync, fsync of the directory. With a
// MAILDIR a few processes that are there already carry what has come into it, as durably, and empty the
// queue, gathering what comes as the runner does. No checks, no limits, no envelope, no log, and, unless it
// is asked for, no confinement: for nobody but the bench.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "proc/become.hpp"
#include "proc/confine.hpp"

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

/// What stands in the pipe to those who deliver; so short a write is never cut in two.
struct Name {
  char bucket[2];
  char file[62];
};

/// Nothing: nobody delivers.
struct Delivery {
  int names[2] = {-1, -1};
  int turn[2] = {-1, -1};  // an octet, which one of them has who gathers names
  int maildir = -1;
};

/// For eight milliseconds, or until as many are there as go together.
void gather(const Delivery& delivery, int enough) {
  for (int octets = 0, milliseconds = 0; milliseconds < 8; ++milliseconds) {
    if (ioctl(delivery.names[0], FIONREAD, &octets) != 0 || octets >= enough) return;
    usleep(1000);
  }
}

/// Never returns: what is there when one is done goes together, as many as a child of the runner gets.
[[noreturn]] void carry(int queue, const Delivery& delivery) {
  constexpr std::size_t at_once = 16;
  Name names[at_once];
  int files[at_once];
  // With the last who could name one, this ends.
  close(delivery.names[1]);
  char turn = 0;
  const int fresh = openat(delivery.maildir, "new", O_RDONLY | O_DIRECTORY);
  const int unfinished = openat(delivery.maildir, "tmp", O_RDONLY | O_DIRECTORY);
  while (true) {
    if (read(delivery.turn[0], &turn, 1) != 1) _exit(1);
    // The first is waited for before others are.
    auto got = read(delivery.names[0], names, sizeof *names);
    if (got == 0) {
      (void)!write(delivery.turn[1], &turn, 1);
      _exit(0);
    }
    gather(delivery, sizeof names - sizeof *names);
    int more = 0;
    if (ioctl(delivery.names[0], FIONREAD, &more) == 0 && more > 0)
      got += read(delivery.names[0], names + 1, sizeof names - sizeof *names);
    if (write(delivery.turn[1], &turn, 1) != 1) _exit(1);
    if (got < 0 || got % static_cast<ssize_t>(sizeof(Name)) != 0) _exit(1);
    const auto count = static_cast<std::size_t>(got) / sizeof(Name);
    for (std::size_t i = 0; i < count; ++i) {
      const int directory = openat(queue, names[i].bucket, O_RDONLY | O_DIRECTORY);
      const int from = openat(directory, names[i].file, O_RDONLY);
      const int to = openat(unfinished, names[i].file, O_WRONLY | O_CREAT | O_EXCL, 0600);
      char text[65536];
      ssize_t size = 0;
      while ((size = read(from, text, sizeof text)) > 0) {
        if (write(to, text, static_cast<std::size_t>(size)) != size) _exit(1);
      }
      if (sync_file_range(to, 0, 0, SYNC_FILE_RANGE_WRITE) != 0) _exit(1);
      files[i] = to;
      close(from);
      close(directory);
    }
    for (std::size_t i = count; i-- > 0;) {
      if (fsync(files[i]) != 0 || renameat(unfinished, names[i].file, fresh, names[i].file) != 0) _exit(1);
      close(files[i]);
    }
    if (fsync(fresh) != 0) _exit(1);
    for (std::size_t i = 0; i < count; ++i) {
      const int directory = openat(queue, names[i].bucket, O_RDONLY | O_DIRECTORY);
      if (unlinkat(directory, names[i].file, 0) != 0) _exit(1);
      close(directory);
    }
  }
}

void commit(int queue, const Delivery& delivery, int number, const std::string& text) {
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
  if (delivery.maildir < 0) return;
  Name told = {};
  bucket.copy(told.bucket, 1);
  name.copy(told.file, sizeof told.file - 1);
  if (write(delivery.names[1], &told, sizeof told) != static_cast<ssize_t>(sizeof told)) _exit(1);
}

[[noreturn]] void serve(int queue, const Delivery& delivery, const char* confined_to) {
  if (confined_to != nullptr &&
      (!proc::drop_root() || !proc::confine({proc::Role::receiver, {}, {confined_to}})))
    _exit(1);
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
    commit(queue, delivery, number++, take(buffer, end_of_data));
  }
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int listening = 3;
  constexpr int deliverers = 5;
  const int queue = argc >= 2 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;
  Delivery delivery;
  const bool delivers = argc >= 3;
  const char* const confined_to = argc == 4 ? argv[1] : nullptr;
  if (delivers) delivery.maildir = open(argv[2], O_RDONLY | O_DIRECTORY);
  const bool is_ready = !delivers || (delivery.maildir >= 0 && pipe(delivery.names) == 0 &&
                                      pipe(delivery.turn) == 0 && write(delivery.turn[1], "", 1) == 1);
  if (queue < 0 || !is_ready) {
    std::fprintf(stderr,
                 "usage: bare_server QUEUE [MAILDIR [confined]], with a listening socket at descriptor 3\n");
    return 64;
  }
  // The kernel takes the children's statuses.
  signal(SIGCHLD, SIG_IGN);
  for (int i = 0; delivers && i < deliverers; ++i) {
    if (fork() == 0) carry(queue, delivery);
  }
  while (true) {
    const int connection = accept(listening, nullptr, nullptr);
    if (connection < 0) continue;
    if (fork() == 0) {
      dup2(connection, 0);
      close(connection);
      close(listening);
      serve(queue, delivery, confined_to);
    }
    close(connection);
  }
}
