#include "serve/vacation.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "base/scanner.hpp"
#include "header/answerable.hpp"
#include "header/date.hpp"
#include "smtp/aliases.hpp"

namespace serve {

namespace {

constexpr std::uint64_t day = 86'400;

/// The user's name, or it with an extension.
bool is_name_of(const Absence& absence, std::string_view local) {
  if (!base::istarts_with(local, absence.user) || absence.user.empty()) return false;
  return local.size() == absence.user.size() ||
         absence.subaddress.find(local[absence.user.size()]) != std::string::npos;
}

/// However either of them is written.
bool is_own(const Absence& absence, const header::Address& address) {
  const auto path = smtp::parse_mailbox(header::to_mailbox(address));
  if (!path) return false;
  const auto is_this = [&](const std::string& own) {
    const auto other = smtp::parse_mailbox(own);
    return other && base::iequals(smtp::to_string(*other), smtp::to_string(*path));
  };
  if (is_this(absence.recipient)) return true;
  if (std::any_of(absence.addresses.begin(), absence.addresses.end(), is_this)) return true;
  return is_name_of(absence, smtp::unquoted(path->local)) && absence.is_local_domain(path->domain);
}

std::string own_address(const Absence& absence, const std::vector<header::Field>& fields) {
  for (const auto& address : header::named_recipients(fields)) {
    if (!address.domain.empty() && is_own(absence, address)) return header::to_mailbox(address);
  }
  return {};
}

bool names_a_month(std::string_view text) {
  base::Scanner in(text);
  while (!in.done()) {
    if (header::month_of(in.take_while(base::is_alpha)) > 0) return true;
    in.take_while([](char c) { return !base::is_alpha(c); });
  }
  return false;
}

/// Of numbers alone they stand in this order only behind the year.
bool says_month_and_day(std::string_view text, const header::Date& date) {
  text = base::trim(text);
  const auto parts = base::split(text.substr(0, text.find_first_of("Tt ")), '-');
  const auto is = [](std::string_view part, int number) {
    return base::parse_number(part) == static_cast<std::uint64_t>(number);
  };
  return parts.size() == 3 && parts[0].size() == 4 && is(parts[0], date.year) && is(parts[1], date.month) &&
         is(parts[2], date.day);
}

}  // namespace

Judgement judge_answer(const Absence& absence, const std::vector<header::Field>& fields,
                       std::string_view sender, std::uint64_t now) {
  if ((absence.begin && now < *absence.begin) || (absence.end && now > *absence.end))
    return {"", "nobody is away now"};
  if (const auto reason = header::why_not_answer_sender(sender)) return {"", std::string(*reason)};
  if (const auto reason = header::why_not_answer(fields)) return {"", std::string(*reason)};
  // It becomes a header field and an argument.
  const auto path = smtp::parse_target(sender);
  if (!path) return {"", "its sender is no address"};
  header::Address from;
  from.local = smtp::unquoted(path->local);
  from.domain = path->domain;
  if (is_own(absence, from)) return {"", "it is from the same user"};
  const auto own = own_address(absence, fields);
  if (own.empty()) return {"", "it does not name an address of the user in To or Cc"};
  return {own, ""};
}

base::Result<std::uint64_t> parse_moment(const std::string& text, bool end) {
  const auto wrong = base::fail(base::Exit::usage, "'" + base::printable(text, 100) + "' is no date");
  const bool time = text.find(':') != std::string::npos;
  const auto date = header::parse_date(time ? text : text + " 00:00:00 +0000");
  if (!date || date->seconds() < 0) return wrong;
  if (!says_month_and_day(text, *date) && !names_a_month(text)) return wrong;
  return static_cast<std::uint64_t>(date->seconds()) + (end && !time ? day - 1 : 0);
}

}  // namespace serve
