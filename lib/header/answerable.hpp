// Whether a program may answer a message by itself (RFC 3834 section 2). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "header/address.hpp"
#include "header/field.hpp"

namespace header {

/// Why no program answers that sender (the reverse-path, empty: null), for a person; nothing: it may. A name
/// that stands for a program or a list is seen by its form: owner-x, x-request, mailer-daemon, noreply, ...
std::optional<std::string_view> why_not_answer_sender(std::string_view sender);

/// The same for the header: what a program or a list has sent, what asks for no answer, what a filter has
/// called spam.
std::optional<std::string_view> why_not_answer(const std::vector<Field>& fields);

/// The mailboxes of To, Cc, Bcc and their Resent- forms: whom the message says it is for.
std::vector<Address> named_recipients(const std::vector<Field>& fields);

}  // namespace header
