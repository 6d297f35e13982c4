// What a process that has become a user says of a delivery. Who hears it believes no more of it than a user
// may say of his own mail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "serve/attempt.hpp"

namespace serve {

struct Forward {
  std::string part;        // of the instructions
  std::string address;     // as the spool holds it: an address, or the name of a local user
  bool unaliased = false;  // aliases do not count for it
  friend bool operator==(const Forward&, const Forward&) = default;
};

constexpr std::size_t forwards_limit = 100;

struct LocalReport {
  base::Exit exit = base::Exit::ok;  // as local-deliver ends
  Attempt attempt = {};
  bool has_instructions = false;       // nothing was done: the home says where the mail goes
  std::vector<Forward> forwards = {};  // where the message is to be sent on to
  std::vector<std::string> done = {};  // the parts of the instructions that need not be done again
};

/// `at_home`: what a person reads where all went well.
LocalReport delivered(const std::string& at_home);
LocalReport report_of(const base::Error& error);
/// The exit of an attempt: 0, 75 for one that is deferred, 67 and 69 for one that has failed.
LocalReport report_of(const Attempt& attempt);

std::string to_packet(const LocalReport& report);

/// Pure. Exit::protocol: it is none. Codes, addresses and the reason's characters are checked.
base::Result<LocalReport> parse_report(std::string_view packet);

}  // namespace serve
