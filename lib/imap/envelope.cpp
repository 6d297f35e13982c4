#include "imap/envelope.hpp"

#include "header/all_addresses.hpp"
#include "header/field.hpp"
#include "imap/quote.hpp"

namespace imap {

namespace {

using header::Address;
using Fields = std::vector<header::Field>;

std::string value_of(const Fields& fields, std::string_view name) {
  const auto* field = header::find(fields, name);
  return field == nullptr ? std::string() : header::unfold(field->body);
}

/// A group is its name with a NIL host, its members, and a mark of NILs.
std::string format_address(const Address& address) {
  switch (address.kind) {
    case Address::Kind::group_start:
      return "(NIL NIL " + quote(address.name) + " NIL)";
    case Address::Kind::group_end:
      return "(NIL NIL NIL NIL)";
    case Address::Kind::mailbox:
      break;
  }
  // A NIL host would make it a group.
  return "(" + quote_or_nil(address.name) + " " + quote_or_nil(address.route) + " " + quote(address.local) +
         " " + quote(address.domain) + ")";
}

std::string addresses(const Fields& fields, std::string_view name) {
  std::string out;
  for (const auto& address : header::all_addresses(fields, name)) out += format_address(address);
  return out.empty() ? "NIL" : "(" + out + ")";
}

}  // namespace

std::string format_envelope(std::string_view text) {
  const auto fields = header::parse_fields(text);
  const auto from = addresses(fields, "From");
  // Missing or empty Sender and Reply-To are From's, by the server's own doing.
  const auto or_from = [&](std::string_view name) {
    auto out = addresses(fields, name);
    return out == "NIL" ? from : out;
  };
  return "(" + quote_or_nil(value_of(fields, "Date")) + " " + quote_or_nil(value_of(fields, "Subject")) +
         " " + from + " " + or_from("Sender") + " " + or_from("Reply-To") + " " + addresses(fields, "To") +
         " " + addresses(fields, "Cc") + " " + addresses(fields, "Bcc") + " " +
         quote_or_nil(value_of(fields, "In-Reply-To")) + " " + quote_or_nil(value_of(fields, "Message-ID")) +
         ")";
}

}  // namespace imap
