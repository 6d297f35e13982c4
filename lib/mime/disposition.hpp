// Message disposition notifications (RFC 8098): what has become of a message at its reader's. Pure: text in,
// text out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mime/disposition_request.hpp"

namespace mime {

/// Section 3.2.6.2.
enum class DispositionType { displayed, deleted, dispatched, processed };

std::optional<DispositionType> parse_disposition_type(std::string_view word);

struct Notification {
  DispositionType type = DispositionType::displayed;
  bool automatic_action = false;  // no person has done it
  bool sent_automatically = false;
  std::string from;        // the user's address, ASCII
  std::string name;        // UTF-8; may be empty
  std::string hostname;    // of the reporting program
  std::uint64_t now = 0;   // seconds since 1970
  std::string message_id;  // of the notification, without brackets
};

/// The whole notification, with LF line ends; `head`: the header of the message that it is about, which goes
/// along. It asks for none itself.
std::string disposition_notification(const Notification& what, const DispositionRequest& request,
                                     std::string_view head);

}  // namespace mime
