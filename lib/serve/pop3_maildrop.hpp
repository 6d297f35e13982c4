// A Maildir as POP3 shows it: the messages there were at login, but for those that cannot be read.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "maildir/scan.hpp"
#include "pop3/server.hpp"

namespace serve {

/// Until the end of the file, or until `use` says false.
base::Result<void> each_chunk(int file, const std::function<base::Result<bool>(std::string_view)>& use);

class Pop3Maildrop : public pop3::Maildrop {
 public:
  static base::Result<Pop3Maildrop> take(std::string maildir);

  std::size_t count() const override { return items_.size(); }
  std::uint64_t size(std::size_t i) const override { return sizes_[i]; }

  /// From the file's name, whatever becomes of flags, indexes and other folders; the ",U=" that mbsync writes
  /// into names is no part of it.
  std::string uid(std::size_t i) const override;

  /// As maildir::open().
  base::Result<fs::Fd> open(std::size_t i) const { return maildir::open(maildir_, items_[i]); }

  /// For good, and from the quota's count. False: some are still there.
  bool remove(const std::vector<std::size_t>& indexes) const;

 private:
  explicit Pop3Maildrop(std::string maildir) : maildir_(std::move(maildir)) {}

  std::string maildir_;
  std::vector<maildir::Item> items_;
  std::vector<std::uint64_t> sizes_;
};

}  // namespace serve
