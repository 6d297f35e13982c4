// What a message asks of its reader's program by Disposition-Notification-To (RFC 8098 section 2.1). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "header/field.hpp"

namespace mime {

enum class Consent {
  not_needed,  // who gets the notification is who has sent the message
  needed,      // only the user may say that it is sent
  forbidden,   // none is sent, whatever the user says
};

struct DispositionRequest {
  Consent consent = Consent::forbidden;
  std::string reason;              // for a person: why not at all, or why the user must be asked
  std::vector<std::string> to;     // ASCII addresses; empty where it is forbidden
  std::string original_recipient;  // "rfc822;bob@b.test", as the header has it; mostly empty
  std::string message_id;          // without brackets; empty: it has none
};

/// Forbidden: nobody asks, or twice; for a report, which a notification is too; for what a list has sent, as
/// its members would all tell the poster; where an option is required, as none is known. Needed: it goes to
/// somebody else than the Return-Path says, to several, or there is not one Return-Path.
DispositionRequest read_disposition_request(const std::vector<header::Field>& fields);

/// Whether a Disposition-Notification-Options field (section 2.2) holds what must be understood, or cannot be
/// read.
bool requires_an_option(std::string_view body);

}  // namespace mime
