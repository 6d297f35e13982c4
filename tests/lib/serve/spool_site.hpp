// A spool of a test's own, and what a command wrote about it.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "spool/queue.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

class SpoolSite {
 public:
  SpoolSite();

  spool::Entry put(std::uint64_t second, const std::string& sender,
                   const std::vector<std::string>& recipients,
                   std::string_view text = "Subject: x\n\nhello\n") const;

  const std::string& path() const { return directory_.path(); }
  spool::Queue queue() const { return spool::Queue(path()); }

 private:
  Directory directory_;
};

/// What `run` writes to standard output.
std::string written(const std::function<void()>& run);
