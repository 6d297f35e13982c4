// The IMAP machine's mail store on Maildirs.
#pragma once

#include <memory>
#include <string>

#include "imap/mailbox.hpp"
#include "maildir/deliver.hpp"
#include "maildir/folder.hpp"
#include "maildir/folders.hpp"
#include "maildir/quota.hpp"
#include "serve/clock.hpp"

namespace serve {

class MaildirStore : public imap::Store {
 public:
  /// `hostname` goes into the names of new files; by `clock` clients are told that a command goes on.
  MaildirStore(std::string maildir, std::string hostname, maildir::Quota quota = {},
               Clock clock = now_seconds);

  base::Result<std::unique_ptr<imap::Mailbox>> open(const std::string& name, bool read_only) override;
  base::Result<std::vector<std::string>> list() override;
  base::Result<std::vector<std::string>> subscriptions() override;
  base::Result<void> subscribe(const std::string& name, bool on) override;
  base::Result<void> create(const std::string& name, const std::vector<std::string>& uses) override;
  base::Result<void> remove(const std::string& name) override;
  base::Result<void> rename(const std::string& from, const std::string& to) override;
  base::Result<imap::Status> status(const std::string& name, bool sizes) override;
  base::Result<std::vector<std::string>> uses(const std::vector<std::string>& names) override;
  base::Result<imap::Placed> append(const std::string& name,
                                    const std::vector<imap::NewMessage>& messages) override;
  base::Result<std::optional<imap::QuotaState>> quota() override;
  bool has_quota() const override { return quota_ != maildir::Quota(); }
  base::Result<bool> has_room(std::uint64_t octets, std::uint64_t messages) override;
  bool takes_room(const std::string& name) const override { return name != maildir::uncounted_folder; }

  /// Where the folder of that name is.
  std::string path(const std::string& name) const { return folders_.path(name); }

 private:
  base::Result<void> check_free(const std::vector<std::string>& uses);
  base::Result<void> empty_inbox_into(const std::string& to);
  base::Result<std::vector<std::uint32_t>> copy_all(imap::Mailbox& inbox, const std::string& to);
  base::Result<std::vector<maildir::Delivery>> deliver_all(const std::string& folder,
                                                           const std::vector<imap::NewMessage>& messages);
  static void take_back(maildir::Folder& folder, const std::vector<std::uint32_t>& uids);

  std::string maildir_;
  std::string hostname_;
  maildir::Quota quota_;
  Clock clock_;
  maildir::Folders folders_;
  bool cleaned_ = false;  // once a session is enough
};

}  // namespace serve
