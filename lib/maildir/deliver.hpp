// Putting a message into a Maildir: tmp/, fsync, rename into new/, fsync of new/. It is on disk when commit
// returns. The name ends in ",S=OCTETS,W=OCTETS" (as stored, and with CRLF line ends), so that nobody has to
// read it for its size.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace maildir {

/// `SECONDS.MmicrosPpidQcountRrandom.HOST`; slashes and colons of the host are replaced. What is
/// delivered later has the name that comes later, by which messages are put in order.
std::string unique_name(std::uint64_t microseconds, int pid, unsigned count, std::uint64_t random,
                        std::string_view host);

/// Makes the folder with cur, new and tmp (mode 0700) where they are missing; on disk when it returns.
base::Result<void> make(const std::string& path);

/// The same for a folder that is there already. Exit::no_input: it is not.
base::Result<void> complete(const std::string& path);

class Delivery {
 public:
  /// Makes the Maildir where it is missing.
  static base::Result<Delivery> create(const std::string& maildir, const std::string& name);

  /// Into a folder that is there; one that somebody removes meanwhile does not come back. Exit::no_input.
  static base::Result<Delivery> begin(const std::string& folder, const std::string& name);
  Delivery(Delivery&&) = default;
  Delivery& operator=(Delivery&&) = delete;

  /// Without a commit nothing stays in tmp/.
  ~Delivery();

  base::Result<void> write(std::string_view bytes);
  base::Result<void> commit();

  /// The last steps of commit, for who syncs new/ once for several: after finish(), gives it its name in new/
  /// and returns the path. A new/ that is missing is made.
  base::Result<std::string> place();

  /// Instead of commit: flushed and complete in tmp/, for somebody who gives it its place. Still removed if
  /// it stays there.
  base::Result<void> finish();
  /// Of several, before the finish() of any: the first then waits for the disk, and mostly for all of them.
  /// One of which this fails is not finished: finish() may not hear of that error.
  base::Result<void> begin_finish();
  std::string path() const { return maildir_ + "/tmp/" + name_; }
  /// The name that it should get.
  std::string final_name() const;
  /// As stored: what stands behind S=.
  std::uint64_t size() const { return size_; }
  std::uint64_t wire_size() const { return size_ + bare_; }

 private:
  Delivery() = default;
  fs::Fd file_;
  std::string maildir_;
  std::string name_;  // empty once committed
  std::uint64_t size_ = 0;
  std::uint64_t bare_ = 0;  // LF without CR
  char last_ = '\0';
};

}  // namespace maildir
