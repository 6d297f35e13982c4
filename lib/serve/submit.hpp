// Messages that a program hands in on this host: the work of spool-put and sendmail.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "proc/options.hpp"
#include "serve/account_policy.hpp"
#include "serve/filter_chain.hpp"

namespace serve {

/// A message as it comes from a descriptor.
class Handed {
 public:
  explicit Handed(int descriptor) : descriptor_(descriptor) {}

  /// What can be read now; empty: the end. Exit::data: a NUL, which no message may hold but encoded (RFC 2045
  /// sections 2.7, 2.8), with its octet.
  base::Result<std::string> next();

 private:
  int descriptor_;
  std::uint64_t octets_ = 0;
};

/// What a message on stdin needs on its way into the spool.
class Submission {
 public:
  /// Reads domains, users and routes as the options say and starts the filters; afterwards this process can
  /// reach nothing but the spool, as what it reads then may be a stranger's, and its rights another user's.
  static base::Result<Submission> prepare(const proc::Options& given);

  const std::string& hostname() const { return hostname_; }

  /// The name of the user who has started this program, also of one that has other rights.
  const std::string& caller() const { return caller_; }

  /// The addresses as the spool holds them, each once; a name without a domain belongs to this host.
  /// Exit::data: one is no address; no_host: no route to its domain; no_user: no such user here.
  base::Result<std::vector<std::string>> check_recipients(const std::vector<std::string>& named) const;

  /// The same for a reverse-path, of which only the form counts. Empty: none.
  base::Result<std::string> check_sender(const std::string& address) const;

  /// Copies `message` to its end: `first` goes before it, CRLF becomes LF. A line with a lone dot
  /// ends the message where `dot_ends`. It goes through the site's filters: Exit::not_permitted with the
  /// reason of the one that does not want it; temporary: they cannot tell now. Returns the id once the
  /// message is safe.
  base::Result<std::string> put(Handed& message, std::string first, bool dot_ends, const std::string& sender,
                                const std::vector<std::string>& recipients);

 private:
  explicit Submission(AccountFiles accounts) : accounts_(std::move(accounts)) {}

  base::Result<std::string> check_recipient(const std::string& address) const;
  base::Result<void> copy(Handed& message, std::string_view first, bool dot_ends,
                          const std::function<base::Result<void>(std::string_view)>& write) const;
  std::string whom(const std::string& recipient) const;

  std::string hostname_;
  std::string caller_;
  std::string spool_;
  std::uint64_t max_size_ = 0;
  std::optional<FilterChain> filters_;
  AccountFiles accounts_;
};

/// Hands over `first` and then what is left of `message` as lines that end with LF: CRLF
/// becomes LF, any other CR a blank. A line with a lone dot ends the message where `dot_ends`.
base::Result<void> copy_lines(Handed& message, std::string_view first, bool dot_ends,
                              const std::function<base::Result<void>(std::string_view)>& write);

/// Reads a header of at most 1 MiB (Exit::data), with LF line ends; an mbox's "From " line before it goes.
/// What was read behind it is in `rest`, which begins with the empty line, also when the text had none: a
/// line that is neither a field nor a part of one ends the header.
base::Result<std::string> read_header(Handed& message, std::string& rest);

}  // namespace serve
