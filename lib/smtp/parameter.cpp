#include "smtp/parameter.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace smtp {

namespace {

constexpr std::size_t envelope_id_limit = 100;     // RFC 3461 section 4.4
constexpr std::size_t original_limit = 500;        // section 4.2
constexpr std::uint64_t hold_limit = 999'999'999;  // RFC 4865 section 5, nine digits

base::Error wrong(std::string_view name, std::string_view why) {
  return base::fail(base::Exit::data, std::string(name) + ": " + std::string(why));
}

struct Word {
  std::string name;  // upper case
  std::string_view value;
  bool has_value = false;
};

/// Takes one off `words`; the name is empty at their end.
Word take_word(std::string_view& words) {
  words = base::trim(words);
  const auto text = words.substr(0, words.find(' '));
  words.remove_prefix(text.size());
  const auto equals = text.find('=');
  Word out;
  out.name = base::upper(text.substr(0, equals));
  out.has_value = equals != text.npos;
  if (out.has_value) out.value = text.substr(equals + 1);
  return out;
}

/// Hands each word over once.
template <class Apply>
base::Result<void> each_word(std::string_view words, const Apply& apply) {
  std::set<std::string> seen;
  while (!base::trim(words).empty()) {
    const auto word = take_word(words);
    if (!seen.insert(word.name).second) return wrong(word.name, "given twice");
    TRY(apply(word));
  }
  return {};
}

base::Result<void> no_value(const Word& word) {
  return word.has_value ? base::Result<void>(wrong(word.name, "takes no value")) : base::Result<void>();
}

base::Result<std::uint64_t> number(const Word& word, std::size_t digits, std::uint64_t most) {
  const bool good = !word.value.empty() && word.value.size() <= digits &&
                    std::all_of(word.value.begin(), word.value.end(), base::is_digit);
  if (!good) return wrong(word.name, "not a number of at most " + std::to_string(digits) + " digits");
  return std::min(base::parse_number(word.value).value_or(UINT64_MAX), most);
}

base::Result<Body> body_of(const Word& word) {
  const auto value = base::upper(word.value);
  if (value == "7BIT") return Body::seven_bit;
  if (value == "8BITMIME") return Body::eight_bit;
  if (value == "BINARYMIME") return Body::binary;
  return wrong(word.name, "not known");
}

base::Result<DeliverBy> deliver_by(const Word& word) {
  const auto semicolon = std::min(word.value.find(';'), word.value.size());
  auto digits = word.value.substr(0, semicolon);
  auto mode = base::upper(word.value.substr(std::min(semicolon + 1, word.value.size())));
  DeliverBy out;
  const bool minus = digits.starts_with('-');
  if (minus || digits.starts_with('+')) digits.remove_prefix(1);
  const auto seconds = base::parse_number(digits, 999'999'999);
  if (!seconds || digits.size() > 9) return wrong(word.name, "no time of at most nine digits");
  out.seconds = static_cast<std::int64_t>(*seconds) * (minus ? -1 : 1);
  out.trace = mode.ends_with('T');
  if (out.trace) mode.pop_back();
  out.give_up = mode == "R";
  if (mode != "R" && mode != "N") return wrong(word.name, "the mode is R or N");
  // RFC 2852 section 4.1.
  if (out.give_up && out.seconds <= 0) return wrong(word.name, "the time is over already");
  return out;
}

/// A date-time of RFC 3339 section 5.6 as seconds since 1970.
base::Result<std::uint64_t> date_time(const Word& word) {
  const auto text = word.value;
  const auto error = wrong(word.name, "no date and time of RFC 3339");
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (text.size() < form.size() + 1) return error;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '0' ? !base::is_digit(text[i]) : base::to_upper(text[i]) != form[i]) return error;
  }
  const auto part = [&](std::size_t at, std::size_t size) {
    return static_cast<int>(base::parse_number(text.substr(at, size)).value_or(0));
  };
  using namespace std::chrono;
  const year_month_day date{year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                            day(static_cast<unsigned>(part(8, 2)))};
  auto zone = text.substr(form.size());
  if (zone.starts_with('.'))
    zone.remove_prefix(std::min(zone.find_first_not_of("0123456789", 1), zone.size()));
  int offset = 0;
  if (zone != "Z" && zone != "z") {
    const bool sign = zone.starts_with('+') || zone.starts_with('-');
    if (!sign || zone.size() != 6 || zone[3] != ':') return error;
    const auto hours = base::parse_number(zone.substr(1, 2), 23);
    const auto minutes = base::parse_number(zone.substr(4, 2), 59);
    if (!hours || !minutes) return error;
    offset = (static_cast<int>(*hours) * 60 + static_cast<int>(*minutes)) * (zone.front() == '-' ? -60 : 60);
  }
  if (!date.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 60) return error;
  const auto seconds = sys_days(date).time_since_epoch() / std::chrono::seconds(1) + part(11, 2) * 3600 +
                       part(14, 2) * 60 + part(17, 2) - offset;
  return seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds);
}

base::Result<int> priority(const Word& word) {
  auto digits = word.value;
  const bool minus = digits.starts_with('-');
  if (minus) digits.remove_prefix(1);
  const auto value = base::parse_number(digits, 9);
  if (!value || digits.size() != 1) return wrong(word.name, "a number from -9 to 9 is expected");
  return static_cast<int>(*value) * (minus ? -1 : 1);
}

base::Result<Notify> notify(const Word& word) {
  Notify out;
  auto rest = word.value;
  while (true) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto name = base::upper(rest.substr(0, comma));
    bool* const flag = name == "NEVER"     ? &out.never
                       : name == "SUCCESS" ? &out.success
                       : name == "FAILURE" ? &out.failure
                       : name == "DELAY"   ? &out.delay
                                           : nullptr;
    if (flag == nullptr || *flag) return wrong(word.name, "not a list of SUCCESS, FAILURE, DELAY, or NEVER");
    *flag = true;
    if (comma == rest.size()) break;
    rest.remove_prefix(comma + 1);
  }
  if (out.never && (out.success || out.failure || out.delay)) return wrong(word.name, "NEVER stands alone");
  return out;
}

/// As written, but for '>', which marks the end of an address where these words are kept (RFC 3461 section 4,
/// RFC 6533 section 3).
std::string without_angles(std::string_view original) {
  const std::string_view stand_in = base::istarts_with(original, "utf-8;") ? "\\x{3E}" : "+3E";
  std::string out;
  for (const char c : original) out += c == '>' ? stand_in : std::string_view(&c, 1);
  return out;
}

/// `type;xtext` (RFC 3461 section 4.2), or for the type utf-8 what RFC 6533 section 3 has: UTF-8 as it is.
base::Result<std::string> original(const Word& word) {
  const auto semicolon = word.value.find(';');
  auto kept = without_angles(word.value);
  // The limit is for the form that is kept: what was taken here is parsed again from the spool.
  if (semicolon == word.value.npos || semicolon == 0 || kept.size() > original_limit)
    return wrong(word.name, "not an address type, a semicolon and an address, of at most 500 octets");
  const auto type = word.value.substr(0, semicolon);
  const auto address = word.value.substr(semicolon + 1);
  const bool atom =
      std::all_of(type.begin(), type.end(), [](char c) { return base::is_alnum(c) || c == '-'; });
  if (!atom || address.empty()) return wrong(word.name, "not an address type, a semicolon and an address");
  if (base::iequals(type, "utf-8")) {
    const bool plain =
        base::is_utf8(address) && std::none_of(address.begin(), address.end(), base::is_control);
    if (!plain) return wrong(word.name, "not UTF-8");
  } else {
    TRY(decode_xtext(address));
  }
  return kept;
}

base::Result<void> apply(const Word& word, MailParameters& out) {
  if (word.name == "SMTPUTF8") return out.utf8 = true, no_value(word);
  if (word.name == "REQUIRETLS") return out.require_tls = true, no_value(word);
  if (word.name == "SIZE") {
    TRY_ASSIGN(out.size, number(word, 20, UINT64_MAX));
  } else if (word.name == "BODY") {
    TRY_ASSIGN(out.body, body_of(word));
  } else if (word.name == "RET") {
    out.return_full = base::iequals(word.value, "FULL");
    if (!*out.return_full && !base::iequals(word.value, "HDRS")) return wrong(word.name, "FULL or HDRS");
  } else if (word.name == "ENVID") {
    TRY_ASSIGN(const auto id, decode_xtext(word.value));
    if (id.empty() || id.size() > envelope_id_limit) return wrong(word.name, "1 to 100 characters");
    out.envelope_id = word.value;
  } else if (word.name == "AUTH") {
    if (word.value.empty()) return wrong(word.name, "needs a value");
    if (word.value != "<>") TRY(decode_xtext(word.value));
    out.auth = true;
  } else if (word.name == "BY") {
    TRY_ASSIGN(out.by, deliver_by(word));
  } else if (word.name == "HOLDFOR") {
    TRY_ASSIGN(out.hold_for, number(word, 9, hold_limit));
  } else if (word.name == "HOLDUNTIL") {
    TRY_ASSIGN(out.hold_until, date_time(word));
  } else if (word.name == "MT-PRIORITY") {
    TRY_ASSIGN(out.priority, priority(word));
  } else {
    return base::fail(base::Exit::usage, "unknown parameter");
  }
  return {};
}

base::Result<void> apply(const Word& word, RcptParameters& out) {
  if (word.name == "NOTIFY") {
    TRY_ASSIGN(out.notify, notify(word));
  } else if (word.name == "ORCPT") {
    TRY_ASSIGN(out.original, original(word));
  } else {
    return base::fail(base::Exit::usage, "unknown parameter");
  }
  return {};
}

void put(std::string& words, std::string_view word) {
  if (!words.empty()) words += ' ';
  words += word;
}

std::string_view name_of(Body body) {
  return body == Body::seven_bit ? "7BIT" : body == Body::eight_bit ? "8BITMIME" : "BINARYMIME";
}

}  // namespace

base::Result<MailParameters> parse_mail_parameters(std::string_view words) {
  MailParameters out;
  TRY(each_word(words, [&](const Word& word) { return apply(word, out); }));
  if (out.hold_for && out.hold_until) return wrong("HOLDFOR", "not together with HOLDUNTIL");
  return out;
}

base::Result<RcptParameters> parse_rcpt_parameters(std::string_view words) {
  RcptParameters out;
  TRY(each_word(words, [&](const Word& word) { return apply(word, out); }));
  return out;
}

std::string format_date_time(std::uint64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(std::min<std::uint64_t>(seconds, 253'402'300'799))};
  const auto date = floor<days>(time);
  const year_month_day day(date);
  const hh_mm_ss clock(time - date);
  const auto two = [](long number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(static_cast<int>(day.year())) + "-" + two(static_cast<unsigned>(day.month())) + "-" +
         two(static_cast<unsigned>(day.day())) + "T" + two(clock.hours().count()) + ":" +
         two(clock.minutes().count()) + ":" + two(clock.seconds().count()) + "Z";
}

std::string to_words(const MailParameters& parameters) {
  std::string out;
  if (parameters.body) put(out, "BODY=" + std::string(name_of(*parameters.body)));
  if (parameters.utf8) put(out, "SMTPUTF8");
  if (parameters.return_full) put(out, *parameters.return_full ? "RET=FULL" : "RET=HDRS");
  if (!parameters.envelope_id.empty()) put(out, "ENVID=" + parameters.envelope_id);
  if (parameters.require_tls) put(out, "REQUIRETLS");
  if (parameters.by)
    put(out, "BY=" + std::to_string(parameters.by->seconds) + ";" + (parameters.by->give_up ? "R" : "N") +
                 (parameters.by->trace ? "T" : ""));
  if (parameters.hold_until) put(out, "HOLDUNTIL=" + format_date_time(*parameters.hold_until));
  if (parameters.priority) put(out, "MT-PRIORITY=" + std::to_string(*parameters.priority));
  return out;
}

std::string to_words(const RcptParameters& parameters) {
  std::string out;
  if (parameters.notify) {
    std::string list;
    const auto& wanted = *parameters.notify;
    for (const auto& [name, given] :
         {std::pair("NEVER", wanted.never), std::pair("SUCCESS", wanted.success),
          std::pair("FAILURE", wanted.failure), std::pair("DELAY", wanted.delay)}) {
      if (given) list += (list.empty() ? "" : ",") + std::string(name);
    }
    put(out, "NOTIFY=" + list);
  }
  if (!parameters.original.empty()) put(out, "ORCPT=" + parameters.original);
  return out;
}

base::Result<std::string> decode_xtext(std::string_view text) {
  const auto error = base::fail(base::Exit::data, "not xtext (RFC 3461 section 4)");
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c < '!' || c > '~' || c == '=') return error;
    if (c == '+') {
      const int high =
          i + 2 < text.size() && !base::is_lower(text[i + 1]) ? base::hex_value(text[i + 1]) : -1;
      const int low = high >= 0 && !base::is_lower(text[i + 2]) ? base::hex_value(text[i + 2]) : -1;
      if (low < 0) return error;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (base::is_control(c) || base::is_8bit(c)) return error;
    out += c;
  }
  return out;
}

std::string original_of(std::string_view address) {
  const bool plain = !base::has_8bit(address);
  std::string out = plain ? "rfc822;" + encode_xtext(address) : "utf-8;";
  for (const char c : plain ? std::string_view() : address) {
    // What an ORCPT cannot hold as it is (RFC 6533 section 3).
    if (c == ' ' || c == '\\' || c == '+' || c == '=') {
      out += c == ' ' ? "\\x{20}" : c == '\\' ? "\\x{5C}" : c == '+' ? "\\x{2B}" : "\\x{3D}";
    } else {
      out += c;
    }
  }
  out = without_angles(out);
  return out.size() > original_limit ? std::string() : out;
}

base::Result<std::string> decode_unitext(std::string_view text) {
  const auto error = base::fail(base::Exit::data, "not the UTF-8 of an address (RFC 6533 section 3)");
  std::string out;
  while (!text.empty()) {
    const auto length = base::utf8_length(text);
    if (length == 0 || base::is_control(text[0])) return error;
    if (text[0] != '\\') {
      out += text.substr(0, length);
      text.remove_prefix(length);
      continue;
    }
    const auto end = text.find('}');
    if (!text.starts_with("\\x{") || end == text.npos || end < 5 || end > 9) return error;
    std::uint32_t value = 0;
    for (const char c : text.substr(3, end - 3)) {
      if (base::hex_value(c) < 0) return error;
      value = value << 4 | static_cast<std::uint32_t>(base::hex_value(c));
    }
    const auto character = base::utf8_character(value);
    if (character.empty() || base::is_control(character[0])) return error;
    out += character;
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string encode_xtext(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    if (c > ' ' && c < 127 && c != '+' && c != '=') {
      out += c;
    } else {
      out += {'+', digits[value >> 4], digits[value & 15]};
    }
  }
  return out;
}

base::Result<OriginalRecipient> decode_original(std::string_view original) {
  const auto start = original.find(';');
  if (start == std::string_view::npos) return base::fail(base::Exit::data, "no type of address");
  const auto type = original.substr(0, start);
  const auto text = original.substr(start + 1);
  TRY_ASSIGN(auto address, base::iequals(type, "utf-8") ? decode_unitext(text) : decode_xtext(text));
  return OriginalRecipient{std::string(type), std::move(address)};
}

}  // namespace smtp
