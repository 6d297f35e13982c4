// Where the files of one operation's messages are. Other programs rename files at any time; one listing of
// the directories serves all messages that are missed, so that work on many takes no quadratic time.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "maildir/listing.hpp"

namespace maildir {

/// Nanoseconds since 1970 by the clock that stamps files.
std::uint64_t file_system_now();

/// "/new/NAME" or "/cur/NAME", as the file was seen last.
std::string file_of(const Record& record);
std::string file_of(const Seen& seen);

/// Where it was seen, and nothing else.
Record record_of(const Seen& seen);

/// Renames, but never onto another file (Exit::data). False: `from` is not there.
base::Result<bool> rename_anew(const std::string& from, const std::string& to);

/// One look at the directories, each time it is called.
using Lister = std::function<base::Result<Listing>()>;
Lister looks_at(std::string folder);

/// Looks until the directories are at rest, for a tenth of a second at most. Where they do not come to rest,
/// it has all that any of the looks has shown.
base::Result<Listing> list_at_rest(const Lister& look);

class Whereabouts {
 public:
  /// `gone`: a look at directories at rest did not find it. `unsure`: they did not come to rest.
  enum class Found { here, gone, unsure };

  explicit Whereabouts(std::string folder) : Whereabouts(folder, looks_at(folder)) {}
  Whereabouts(std::string folder, Lister look) : folder_(std::move(folder)), lister_(std::move(look)) {}

  /// Takes over where the message is into `record`, as the first look of this operation has it.
  base::Result<Found> see(Record& record);

  /// The same for one whose file was not where `record` says; looks again where the last look knows no
  /// better.
  base::Result<Found> find(Record& record);

  /// Opens the file wherever it is now. Exit::no_input: it is gone; Exit::temporary: other programs keep
  /// moving it, or it cannot be said; Exit::data: it is no regular file.
  base::Result<fs::Fd> open(Record record);

  /// Removes the file wherever it is now. False: it was gone. Errors as open() has them.
  base::Result<bool> remove(Record record);

  /// Gives the memory of the last look back.
  void rest();

 private:
  base::Result<void> look();

  std::string folder_;
  Lister lister_;
  Listing listing_;
  bool looked_ = false;
  int waits_ = 0;
};

/// For one that is not `here` and that the work cannot do without.
base::Error missing(const std::string& folder, std::uint32_t uid, Whereabouts::Found found);

constexpr int rename_attempts = 5;  // at a file that another program keeps renaming

}  // namespace maildir
