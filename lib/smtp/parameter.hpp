// The parameters of MAIL and RCPT as values, and back (RFC 1870, 2852, 3030, 3461, 4865, 4954, 6152, 6531,
// 6710, 8689). The words that come out are those of the RFCs: the spool keeps them, and a client sends them
// on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace smtp {

enum class Body { seven_bit, eight_bit, binary };

/// RFC 2852 section 4.
struct DeliverBy {
  std::int64_t seconds = 0;  // from the moment it was given; may be past
  bool give_up = false;      // R: returned when late; else N: the sender is told
  bool trace = false;
  friend bool operator==(const DeliverBy&, const DeliverBy&) = default;
};

/// RFC 3461 section 4.1; nothing of it given: the default, failure (and delay as a host sees fit).
struct Notify {
  bool never = false;
  bool success = false;
  bool failure = false;
  bool delay = false;
  friend bool operator==(const Notify&, const Notify&) = default;
};

struct MailParameters {
  std::optional<std::uint64_t> size;  // the largest number there is for one that is larger still
  std::optional<Body> body;
  bool utf8 = false;                // SMTPUTF8
  std::optional<bool> return_full;  // RET
  std::string envelope_id;          // ENVID, as written: xtext
  bool auth = false;                // AUTH=, believed of nobody and not kept
  bool require_tls = false;
  std::optional<DeliverBy> by;
  std::optional<std::uint64_t> hold_for;    // HOLDFOR, seconds
  std::optional<std::uint64_t> hold_until;  // HOLDUNTIL, seconds since 1970
  std::optional<int> priority;              // MT-PRIORITY, -9 to 9
  friend bool operator==(const MailParameters&, const MailParameters&) = default;
};

struct RcptParameters {
  std::optional<Notify> notify;
  std::string original;  // ORCPT: "rfc822;" and xtext, or "utf-8;"; without '>', at most 500 octets
  friend bool operator==(const RcptParameters&, const RcptParameters&) = default;
};

/// Reads words behind a path. Exit::usage: a parameter that is not known (555); Exit::data: a value that is
/// wrong, or a parameter given twice (501).
base::Result<MailParameters> parse_mail_parameters(std::string_view words);
base::Result<RcptParameters> parse_rcpt_parameters(std::string_view words);

/// What of it goes with the message: everything but SIZE, AUTH and HOLDFOR, which is a HOLDUNTIL once it has
/// begun. Words with blanks between, without '>' in those of RCPT; empty for none.
std::string to_words(const MailParameters& parameters);
std::string to_words(const RcptParameters& parameters);

/// Seconds since 1970 as FUTURERELEASE writes them (RFC 3339 section 5.6), in UTC; at most the year 9999.
std::string format_date_time(std::uint64_t seconds);

/// What xtext stands for (RFC 3461 section 4). Exit::data: it is none, or means control characters or 8-bit.
base::Result<std::string> decode_xtext(std::string_view text);
std::string encode_xtext(std::string_view text);

/// The ORCPT for an address as the envelope has it; empty where none of at most 500 octets can say it.
std::string original_of(std::string_view address);

/// An ORCPT as its type and the address that it stands for, without what SMTP needs (RFC 3464 section 2.3.1,
/// RFC 6533 section 4.1). Exit::data: it is none.
struct OriginalRecipient {
  std::string type;
  std::string address;
};
base::Result<OriginalRecipient> decode_original(std::string_view original);

/// What an ORCPT of the type utf-8 stands for: UTF-8 in which \x{HEX} may stand (RFC 6533 section 3).
/// Exit::data: it is none, or means control characters.
base::Result<std::string> decode_unitext(std::string_view text);

}  // namespace smtp
