// Reading the names of a queue a few at a time, only in the directories that have changed since they were
// read last: whoever surveys a million messages does other things in between.
#pragma once

#include <dirent.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "spool/schedule.hpp"

namespace spool {

class Survey {
 public:
  static constexpr unsigned buckets = 16;

  explicit Survey(std::string spool) : spool_(std::move(spool)) {}

  /// `all`: whatever their times say, which a network file system may say wrongly. What an earlier survey has
  /// not read yet is still read.
  void begin(bool all);

  bool is_going() const { return open_ != nullptr || !to_read_.empty() || has_found_; }

  struct Found {
    unsigned part;  // of a Schedule
    std::vector<Record> records;
  };
  /// Reads at most so many names more, or has what a directory that was read to its end holds for one part;
  /// nothing: that has still to come. Names that came or went meanwhile may be among them or not. An error is
  /// about one directory, which the next survey reads again.
  base::Result<std::optional<Found>> step(std::size_t names, Destinations& destinations);

 private:
  base::Result<void> open_next();
  std::optional<Found> take_found();
  std::string path(unsigned bucket) const;

  std::string spool_;
  std::vector<unsigned> to_read_;                    // directories, the next one last
  std::array<std::uint64_t, buckets> read_at_ = {};  // what their times were then, in nanoseconds; 0: never
  std::unique_ptr<DIR, int (*)(DIR*)> open_ = {nullptr, closedir};
  unsigned bucket_ = 0;     // that is open, or of which something is in found_
  bool has_found_ = false;  // all of it, which is taken part by part
  std::array<std::vector<Record>, Schedule::parts / buckets> found_ = {};
};

}  // namespace spool
