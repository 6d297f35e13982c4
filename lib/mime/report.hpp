// Delivery status notifications (RFC 3464) in a multipart/report (RFC 6522). Pure: text in, text out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mime {

struct FailedRecipient {
  std::string address;
  std::string status;  // "5.1.1"
  std::string reason;  // one line for a person; of a remote host, its own words
  std::string host;    // the mail system that said so; empty: this one
};

struct Report {
  std::string hostname;
  std::string to;  // whom it tells
  std::string id;  // of the message that could not be delivered
  std::uint64_t now = 0;
  std::vector<FailedRecipient> failed;
};

/// The whole notification, with LF line ends. `original` is the message it is about, of which the header is
/// returned. The boundary holds the id and does not occur in the original's header.
std::string failure_report(const Report& report, std::string_view original);

}  // namespace mime
