// How other servers write down the names of folders: in IMAP's modified UTF-7. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maildir {

/// What a name means that is no plain one in modified UTF-7: UTF-8 in normalization form C. Nothing: it is
/// as people read it, or no encoder has written it.
std::optional<std::string> foreign_name(std::string_view name);

/// The names in Dovecot's `subscriptions`, of its second version or an older one, in that order.
std::vector<std::string> parse_dovecot_subscriptions(std::string_view text);

/// Likewise in Courier's `courierimapsubscribed`, where all other folders are below INBOX.
std::vector<std::string> parse_courier_subscriptions(std::string_view text);

}  // namespace maildir
