// A spool of a test's own, and what a command wrote about it.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "spool/queue.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

class SpoolSite {
 public:
  SpoolSite() {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(path() + "/queue/" + digit);
  }

  spool::Entry put(std::uint64_t second, const std::string& sender,
                   const std::vector<std::string>& recipients,
                   std::string_view text = "Subject: x\n\nhello\n") const {
    auto writer = spool::Writer::create(path(), second * 1'000'000, sender, recipients).value();
    if (!writer.write(text) || !writer.commit()) std::abort();
    return {second, writer.id(), recipients.at(0).substr(recipients.at(0).rfind('@') + 1)};
  }

  const std::string& path() const { return directory_.path(); }
  spool::Queue queue() const { return spool::Queue(path()); }

 private:
  Directory directory_;
};

/// What `run` writes to standard output.
inline std::string written(const std::function<void()>& run) {
  const auto file = fs::temporary_file().value();
  const fs::Fd before(dup(1));
  dup2(file.get(), 1);
  run();
  dup2(before.get(), 1);
  return fs::read_up_to(file.get(), 0, 1 << 20).value();
}
