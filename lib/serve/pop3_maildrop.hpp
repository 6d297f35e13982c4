// A Maildir as POP3 shows it: the messages there were at login, but for those that cannot be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "maildir/whereabouts.hpp"
#include "pop3/server.hpp"

namespace serve {

class Pop3Sizes;

class Pop3Maildrop : public pop3::Maildrop {
 public:
  /// Waits a moment for a Maildir that others are changing. `look`: how its directories are listed.
  static base::Result<Pop3Maildrop> take(const std::string& maildir);
  static base::Result<Pop3Maildrop> take(const std::string& maildir, const maildir::Lister& look);

  std::size_t count() const override { return entries_.size(); }
  std::uint64_t size(std::size_t i) const override { return entries_[i].size; }

  /// From the file's name, whatever becomes of flags, indexes and other folders; the ",U=" that mbsync writes
  /// into names is no part of it.
  std::string uid(std::size_t i) const override;

  /// As maildir::Whereabouts::open().
  base::Result<fs::Fd> open(std::size_t i) { return whereabouts_.open(record(i)); }

  /// For good, and from the quota's count. False: some are still there, or may be.
  bool remove(const std::vector<std::size_t>& indexes);

  /// Gives back memory that is easily had again, before a long wait.
  void rest() { whereabouts_.rest(); }

 private:
  Pop3Maildrop(const std::string& maildir, const maildir::Lister& look)
      : maildir_(maildir), whereabouts_(maildir, look) {}

  /// A session is idle for most of its life, with all of a large mailbox: one text holds all names.
  struct Entry {
    std::uint64_t size = 0;
    std::size_t name = 0;  // where it begins in names_; it ends with a NUL
  };
  void add(const maildir::Seen& seen, std::uint64_t size);
  maildir::Record record(std::size_t i) const;
  std::string_view base(std::size_t i) const;
  std::optional<std::uint64_t> size_of(const maildir::Seen& seen, Pop3Sizes& known);
  std::optional<std::uint64_t> remove_one(std::size_t i);

  std::string maildir_;
  maildir::Whereabouts whereabouts_;
  std::string names_;  // below the Maildir
  std::vector<Entry> entries_;
};

}  // namespace serve
