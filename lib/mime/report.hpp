// Delivery status notifications (RFC 3464) in a multipart/report (RFC 6522), as RFC 3461 asks for them, and
// for addresses in any script (RFC 6533). Pure: text in, text out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mime {

enum class Action { failed, delayed, delivered, relayed, expanded };  // RFC 3464 section 2.3.3

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
  std::string envelope_id = {};   // the sender's own name for the message; empty: not given
  bool full = false;              // the message is returned and not only its header
  std::string own_id = {};        // of the report; empty: that of the message
  std::uint64_t arrived = 0;      // when the message came; 0: not known
  std::uint64_t retry_until = 0;  // when what is delayed will be given up; 0: not known
  bool utf8 = false;              // the message is one of SMTPUTF8: its sender reads RFC 6533
  bool nobody_else = false;       // the message has no sender, which is why the postmaster is told
};

/// The whole notification, with LF line ends. `original` is the message it is about, or its start that holds
/// the header. The boundary holds the id and does not occur in what is returned of it. Only for an address
/// that needs SMTPUTF8 does the notification need it, too.
std::string delivery_report(const Report& report, std::string_view original);

}  // namespace mime
