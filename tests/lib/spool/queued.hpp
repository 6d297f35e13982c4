// A spool of a test's own, with messages in it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "spool/queue.hpp"
#include "spool/writer.hpp"

class Queued {
 public:
  Queued() {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
    mkdir((path_ + "/queue").c_str(), 0700);
    for (const char digit : std::string("0123456789abcdef")) mkdir((path_ + "/queue/" + digit).c_str(), 0700);
  }
  ~Queued() { std::filesystem::remove_all(path_); }

  /// Arrived at `second`; the entry by which it lies there.
  spool::Entry put(std::uint64_t second, const std::string& sender,
                   const std::vector<std::string>& recipients,
                   std::string_view text = "Subject: x\n\nhello\n") const {
    auto writer = spool::Writer::create(path_, second * 1'000'000, sender, recipients).value();
    EXPECT_TRUE(writer.write(text));
    EXPECT_TRUE(writer.commit());
    return {second, writer.id(), recipients.at(0).substr(recipients.at(0).rfind('@') + 1)};
  }

  const std::string& path() const { return path_; }
  spool::Queue queue() const { return spool::Queue(path_); }

 private:
  std::string path_ = "/tmp/queued.XXXXXX";
};
