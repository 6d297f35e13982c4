// Messages that a program hands in on this host: the work of spool-put and sendmail.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "proc/options.hpp"
#include "serve/smtp_server.hpp"

namespace serve {

/// What a message on stdin needs on its way into the spool.
class Submission {
 public:
  /// Reads domains, users and routes as the options say.
  static base::Result<Submission> prepare(const proc::Options& given);

  const std::string& hostname() const { return hostname_; }

  /// The address as the spool holds it; a name without a domain belongs to this host. Exit::data: it is none;
  /// no_host: no route to its domain; no_user: no such user here.
  base::Result<std::string> check_recipient(const std::string& address) const;

  /// The same for a reverse-path, of which only the form counts. Empty: none.
  base::Result<std::string> check_sender(const std::string& address) const;

  /// Copies from `descriptor` to its end: `first` goes before it, CRLF becomes LF. A line with a lone dot
  /// ends the message where `dot_ends`. Returns the id once the message is safe.
  base::Result<std::string> put(int descriptor, std::string first, bool dot_ends, const std::string& sender,
                                const std::vector<std::string>& recipients) const;

 private:
  Submission(auth::Accounts accounts, std::string postmaster, smtp::Routes routes);

  std::string hostname_;
  std::string spool_;
  std::uint64_t max_size_ = 0;
  auth::Accounts accounts_;
  std::string postmaster_;
  smtp::Routes routes_;
};

/// Reads lines up to and with the empty line that ends a header, at most 1 MiB (Exit::data). CRLF becomes LF.
/// What was read behind it is in `rest`.
base::Result<std::string> read_header(int descriptor, std::string& rest);

}  // namespace serve
