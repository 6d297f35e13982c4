#include "serve/host_watch.hpp"

#include <algorithm>

namespace serve {

namespace {

/// Not there, or cut off (RFC 3463 section 3.5). What is put off by an answer tells of a host that lives.
bool is_silent(const Attempt& attempt) {
  return attempt.outcome == Outcome::deferred && attempt.status.starts_with("4.4.");
}

}  // namespace

base::Result<std::vector<Attempt>> HostWatch::deliver(const Destination& destination,
                                                      const spool::Message& message,
                                                      const std::vector<std::string>& recipients) {
  auto attempts = remote_.deliver(destination, message, recipients);
  if (attempts && !attempts->empty() && destination.name == line_) {
    const bool silent = std::all_of(attempts->begin(), attempts->end(), is_silent);
    fortune_ = silent ? Fortune::trouble : Fortune::good;
  }
  return attempts;
}

}  // namespace serve
