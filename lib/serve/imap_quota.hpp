// What a session does to the sum that Maildir++ keeps for the quota: what is marked as deleted counts no
// more, what is put in or taken back counts again (maildir/quota.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "maildir/folder.hpp"
#include "maildir/folders.hpp"

namespace serve {

class QuotaCount {
 public:
  /// Of what happens in `folder`. Where there is no sum, nothing is counted.
  QuotaCount(const maildir::Folders& folders, const maildir::Folder& folder);

  /// The message's flags become others. Called under the folder's lock.
  void change(std::uint32_t uid, const maildir::Flags& before, const maildir::Flags& after);

  /// These of `from` have copies in the folder now.
  void copied(const maildir::Folder& from, const std::vector<std::uint32_t>& uids);

  /// Writes the sum down.
  void settle();

 private:
  static std::uint64_t octets_of(const maildir::Folder& folder, std::uint32_t uid);

  std::string maildir_;
  const maildir::Folder& folder_;
  bool counts_;
  std::uint64_t octets_in_ = 0, messages_in_ = 0;
  std::uint64_t octets_out_ = 0, messages_out_ = 0;
};

}  // namespace serve
