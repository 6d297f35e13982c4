// The folders of one mailbox, Maildir++: INBOX is the Maildir itself, "a.b" is its subdirectory ".a.b". Names
// are UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace maildir {

constexpr char hierarchy_separator = '.';

class Folders {
 public:
  explicit Folders(std::string maildir) : maildir_(std::move(maildir)) {}

  /// Names that may be asked for: INBOX, or parts without '/', control characters and emptiness, at most 200
  /// octets of UTF-8; as the first of several parts INBOX is in upper case. Exit::data says what is wrong.
  static base::Result<void> check_name(std::string_view name);

  /// Every folder that exists under a name that may be asked for, INBOX first, then in order.
  base::Result<std::vector<std::string>> list() const;
  /// Whether it is a directory, no symbolic link, with cur, new or tmp; what is missing is for complete() to
  /// make.
  bool exists(std::string_view name) const;
  std::string path(std::string_view name) const;

  // Exit::cannot_create: it exists already; Exit::no_input: it does not; Exit::data: not with INBOX.
  base::Result<void> create(std::string_view name) const;
  base::Result<void> remove(std::string_view name) const;

  /// Takes the folders below it along; all or none. INBOX cannot be renamed here: its messages move, which is
  /// the caller's work.
  base::Result<void> rename(std::string_view from, std::string_view to) const;

  /// Removes what a crash left of folders that were being removed; does nothing while folders are changed.
  void remove_leftovers() const;

  /// Gives folders that Dovecot or Courier have left under a name in modified UTF-7 the UTF-8 name that it
  /// means, where that is free. One that has an index here stays what it is: clients know it.
  base::Result<void> take_over_names() const;

  /// Those of Dovecot or Courier where nobody has changed any here.
  base::Result<std::vector<std::string>> subscriptions() const;
  /// Exit::unavailable: the list has reached 4 MiB.
  base::Result<void> subscribe(std::string_view name, bool on) const;

  /// A UIDVALIDITY that no folder of this mailbox ever had: `now` (seconds since 1970), or more. May be asked
  /// for with a folder's lock held.
  base::Result<std::uint32_t> new_validity(std::uint64_t now) const;

 private:
  std::string maildir_;
};

}  // namespace maildir
