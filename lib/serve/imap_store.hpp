// The IMAP machine's mail store on Maildirs.
#pragma once

#include <memory>
#include <string>

#include "imap/mailbox.hpp"
#include "maildir/folders.hpp"

namespace serve {

class MaildirStore : public imap::Store {
 public:
  /// `hostname` goes into the names of new files.
  MaildirStore(std::string maildir, std::string hostname);

  base::Result<std::unique_ptr<imap::Mailbox>> open(const std::string& name, bool read_only) override;
  base::Result<std::vector<std::string>> list() override;
  base::Result<std::vector<std::string>> subscriptions() override;
  base::Result<void> subscribe(const std::string& name, bool on) override;
  base::Result<void> create(const std::string& name) override;
  base::Result<void> remove(const std::string& name) override;
  base::Result<void> rename(const std::string& from, const std::string& to) override;
  base::Result<imap::Status> status(const std::string& name) override;
  base::Result<imap::Placed> append(const std::string& name, const imap::Flags& flags,
                                    std::optional<std::uint64_t> date, std::string_view message) override;

 private:
  base::Result<void> empty_inbox_into(const std::string& to);
  base::Result<std::vector<std::uint32_t>> copy_all(imap::Mailbox& inbox, const std::string& to);

  std::string hostname_;
  maildir::Folders folders_;
  bool cleaned_ = false;  // once a session is enough
};

}  // namespace serve
