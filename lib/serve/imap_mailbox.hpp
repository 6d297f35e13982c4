// One folder of a Maildir as the IMAP machine's mailbox.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "imap/flags.hpp"
#include "imap/mailbox.hpp"
#include "maildir/cache.hpp"
#include "maildir/folder.hpp"
#include "maildir/folders.hpp"
#include "serve/clock.hpp"

namespace serve {

/// The folder of that name, complete. Exit::no_input: there is none.
base::Result<maildir::Folder> open_imap_folder(const maildir::Folders& folders, const std::string& name);

/// For a new file.
base::Result<std::string> new_imap_name(const std::string& hostname);

/// Exit::unavailable: with these it would have more than a mailbox may.
base::Result<void> check_imap_keywords(const maildir::Folder& folder, const imap::Keywords& added);

maildir::Flags to_maildir(const imap::Flags& flags);

class MaildirMailbox : public imap::Mailbox {
 public:
  /// `folders` outlives it.
  MaildirMailbox(maildir::Folder folder, const maildir::Folders& folders, bool read_only,
                 std::string hostname, Clock clock = now_seconds)
      : folder_(std::move(folder)),
        cache_(folder_.path(), folder_.state().validity),
        folders_(folders),
        read_only_(read_only),
        hostname_(std::move(hostname)),
        clock_(clock) {}

  /// What is left to be done in the folder is done, as far as no other program holds its lock.
  ~MaildirMailbox() override;
  MaildirMailbox(const MaildirMailbox&) = delete;
  MaildirMailbox& operator=(const MaildirMailbox&) = delete;

  const imap::Message* find(std::uint32_t uid) const override;
  Outline outline() const override;
  std::vector<std::uint32_t> changed_since(std::uint64_t modseq) const override;
  std::vector<std::string> keywords() const override;
  std::uint64_t version() const override { return version_; }
  std::uint32_t validity() const override;
  std::uint32_t uid_next() const override;
  std::uint64_t highest_modseq() const override;
  std::string id() const override;
  std::uint64_t now() const override;
  base::Result<void> refresh() override;
  void rest() override;
  void tidy() override;
  base::Result<std::string> text(std::uint32_t uid, bool header_only) override;
  base::Result<std::string_view> stored(std::uint32_t uid) override;
  base::Result<std::uint64_t> size(std::uint32_t uid) override;
  base::Result<std::string> email_id(std::uint32_t uid) override;
  std::optional<std::string_view> known(std::uint32_t uid, imap::Fact fact) override;
  void keep(std::uint32_t uid, imap::Fact fact, std::string_view value) override;
  std::uint64_t date(const imap::Message& message) override;
  imap::Ranges vanished_since(std::uint64_t modseq) const override;
  base::Result<std::vector<std::uint32_t>> store(const std::vector<std::uint32_t>& uids, imap::Change change,
                                                 const imap::Flags& flags,
                                                 std::optional<std::uint64_t> unchanged_since) override;
  base::Result<std::vector<std::uint32_t>> expunge(const std::vector<std::uint32_t>& uids) override;
  base::Result<imap::Placed> copy(const std::vector<std::uint32_t>& uids,
                                  const std::string& mailbox) override;

 private:
  void take_over(bool anyway);
  imap::Keywords keywords_of(const std::vector<std::uint32_t>& uids) const;
  std::optional<maildir::Entry> entry(std::uint32_t uid) const;

  maildir::Folder folder_;
  maildir::Cache cache_;
  const maildir::Folders& folders_;
  bool read_only_;
  std::string hostname_;
  Clock clock_;
  std::set<std::uint32_t> recent_;
  mutable imap::Message found_;   // by find()
  mutable std::size_t next_ = 0;  // position behind it
  std::string stored_;
  std::uint64_t version_ = 0;
  std::uint64_t modseq_ = 0;
  std::uint64_t generation_ = 0;
  std::size_t count_ = 0;
  bool lost_some_ = false;  // since the cache was tidied
  std::uint64_t looked_ = 0;
};

}  // namespace serve
