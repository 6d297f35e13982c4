#include "serve/host_watch.hpp"

#include <algorithm>

namespace serve {

namespace {

/// Not there, cut off, or taking nothing from anybody now (RFC 3463 sections 3.4 and 3.5). What is put off
/// for any other reason tells of a host that works.
bool is_trouble(const Attempt& attempt) {
  const std::string_view status = attempt.status;
  return attempt.outcome == Outcome::deferred &&
         (status.starts_with("4.4.") || status == "4.3.1" || status == "4.3.2");
}

}  // namespace

base::Result<std::vector<Attempt>> HostWatch::deliver(const Destination& destination,
                                                      const spool::Message& message,
                                                      const std::vector<spool::Recipient>& recipients) {
  auto attempts = remote_.deliver(destination, message, recipients);
  if (attempts && !attempts->empty() && destination.name == line_) {
    const bool trouble = std::all_of(attempts->begin(), attempts->end(), is_trouble);
    fortune_ = trouble ? Fortune::trouble : Fortune::good;
  }
  return attempts;
}

}  // namespace serve
