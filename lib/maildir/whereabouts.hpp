// Where the files of one operation's messages are. Other programs rename files at any time; one listing of
// the directories serves all messages that are missed, so that work on many takes no quadratic time.
#pragma once

#include <string>

#include "base/result.hpp"
#include "maildir/listing.hpp"

namespace maildir {

/// Nanoseconds since 1970 by the clock that stamps files.
std::uint64_t file_system_now();

/// "/new/NAME" or "/cur/NAME", as the file was seen last.
std::string file_of(const Record& record);

/// Renames, but never onto another file (Exit::data). False: `from` is not there.
base::Result<bool> rename_anew(const std::string& from, const std::string& to);

class Whereabouts {
 public:
  /// `gone`: a look at directories at rest did not find it. `unsure`: they did not come to rest.
  enum class Found { here, gone, unsure };

  explicit Whereabouts(std::string folder) : folder_(std::move(folder)) {}

  /// Takes over where the message is into `record`, as the first look of this operation has it.
  base::Result<Found> see(Record& record);

  /// The same for one whose file was not where `record` says; looks again where the last look knows no
  /// better.
  base::Result<Found> find(Record& record);

 private:
  base::Result<void> look();

  std::string folder_;
  Listing listing_;
  bool looked_ = false;
  int waits_ = 0;
};

/// For one that is not `here` and that the work cannot do without.
base::Error missing(const std::string& folder, std::uint32_t uid, Whereabouts::Found found);

constexpr int rename_attempts = 5;  // at a file that another program keeps renaming

}  // namespace maildir
