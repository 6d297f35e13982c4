// What a message's sender is told of one turn (RFC 3461 section 5.2): one report for all recipients of whom
// there is something to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "mime/report.hpp"
#include "serve/attempt.hpp"
#include "smtp/parameter.hpp"
#include "spool/queue.hpp"

namespace serve {

struct NoticeConfig {
  std::string hostname;
  std::string spool;
  std::uint64_t retry_until = 0;  // seconds since 1970, for reports of delays
};

class Notice {
 public:
  /// `message` outlives it.
  Notice(NoticeConfig config, const spool::Message& message);

  /// Takes these up if the sender wants to hear of them; true if so. Success is told by who was asked for it:
  /// the other host, where the wish was passed on. Of being relayed (RFC 2852 section 4) he also hears who
  /// gave the message a time that the other host does not keep, or wants to trace it. Nobody is told of
  /// success or delay where the reverse-path is null, and of the delay of what no person sent only who asked
  /// for it.
  bool failed(std::size_t recipient, const Attempt& attempt);
  bool succeeded(std::size_t recipient, const Attempt& attempt, mime::Action action);
  base::Result<bool> delayed(std::size_t recipient, const Attempt& attempt);

  bool empty() const { return recipients_.empty(); }

  /// The report is in the queue when this returns; what a null sender's message fails with goes to the
  /// postmaster, and if that cannot be delivered nobody is told. A message of at most 1 MiB is returned whole
  /// where that was asked for and it failed.
  base::Result<void> send();

 private:
  void add(std::size_t recipient, const Attempt& attempt, mime::Action action);
  bool wants_trace(std::size_t recipient, const Attempt& attempt) const;
  bool wants(std::size_t recipient, bool smtp::Notify::*event, bool unasked) const;
  base::Result<bool> is_automatic();
  base::Result<void> queue(const mime::Report& report, const std::string& text, std::uint64_t now);

  NoticeConfig config_;
  const spool::Message& message_;
  smtp::MailParameters asked_;
  std::vector<smtp::RcptParameters> wishes_;
  std::vector<mime::ReportedRecipient> recipients_;
  bool any_failed_ = false;
  std::optional<bool> automatic_;
};

}  // namespace serve
