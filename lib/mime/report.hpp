// Delivery status notifications (RFC 3464) in a multipart/report (RFC 6522), as RFC 3461 asks for them. Pure:
// text in, text out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mime {

enum class Action { failed, delivered, relayed };  // RFC 3464 section 2.3.3

struct ReportedRecipient {
  std::string address;
  std::string status;  // "5.1.1"
  std::string reason;  // one line for a person; of a remote host, its own words
  std::string host;    // the mail system that said so; empty: this one
  Action action = Action::failed;
  std::string original = {};  // "rfc822;bob@b.test", as the sender gave it; empty: not given
};

struct Report {
  std::string hostname;
  std::string to;  // whom it tells
  std::string id;  // of the message that it is about
  std::uint64_t now = 0;
  std::vector<ReportedRecipient> recipients;
  std::string envelope_id = {};  // the sender's own name for the message; empty: not given
  bool full = false;             // the message is returned and not only its header
};

/// The whole notification, with LF line ends. `original` is the message it is about. The boundary holds the
/// id and does not occur in what is returned of it.
std::string delivery_report(const Report& report, std::string_view original);

}  // namespace mime
