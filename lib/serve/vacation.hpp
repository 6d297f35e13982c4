// Whether somebody who is away answers a message (RFC 3834). Pure: the clock is an argument.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "header/field.hpp"

namespace serve {

struct Absence {
  std::string user;                                       // the name of who is away
  std::string recipient;                                  // of the envelope; may be a name alone
  std::vector<std::string> addresses;                     // others that are his own
  std::function<bool(std::string_view)> is_local_domain;  // at which `user` is he
  std::string subaddress = "+-";                          // what may stand behind his name
  std::optional<std::uint64_t> begin, end;                // seconds since 1970; nothing: from ever, for ever
  std::uint64_t interval = 7 * 86'400;                    // seconds between two answers to one sender
};

struct Judgement {
  std::string from;    // his address that the message is for; empty: it gets no answer
  std::string reason;  // why not
};

/// `sender`: the reverse-path. Whether it has got an answer already is not asked here.
Judgement judge_answer(const Absence& absence, const std::vector<header::Field>& fields,
                       std::string_view sender, std::uint64_t now);

/// A day or time as a person writes it (`2026-08-01`, a date of a header), in UTC unless it says otherwise;
/// `end`: a day alone means its last second. Exit::usage: it is none, or does not say which of its numbers is
/// the month, as `01/02/2026`.
base::Result<std::uint64_t> parse_moment(const std::string& text, bool end);

}  // namespace serve
