#include "header/address_field.hpp"

#include <algorithm>

#include "base/scanner.hpp"
#include "base/utf8.hpp"
#include "header/address.hpp"
#include "header/encoded_word.hpp"

namespace header {

namespace {

constexpr std::string_view address_fields[] = {"from",
                                               "sender",
                                               "reply-to",
                                               "to",
                                               "cc",
                                               "bcc",
                                               "resent-from",
                                               "resent-sender",
                                               "resent-to",
                                               "resent-cc",
                                               "resent-bcc",
                                               "mail-followup-to",
                                               "disposition-notification-to"};

bool is_ascii_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return base::is_8bit(c) || base::is_control(c); });
}

bool may_stand(std::string_view mailbox, Form form) {
  if (form == Form::ascii) return is_ascii_text(mailbox);
  return base::is_utf8(mailbox) && std::none_of(mailbox.begin(), mailbox.end(), base::is_control);
}

base::Error not_an_address(std::string_view name, std::string_view value) {
  return base::fail(base::Exit::data,
                    std::string(name) + ": '" + base::printable(value, 200) + "' is no address");
}

bool is_good(const Address& address, Form form) {
  const auto mailbox = to_mailbox(address);
  return !address.local.empty() && may_stand(mailbox, form) && mailbox.size() <= 320 &&
         address.domain.find_first_of(" <>()\"") == std::string::npos;
}

/// Stricter than reading: what may be meant otherwise is not guessed.
bool is_clear(const base::Defects& defects) {
  return std::all_of(defects.list().begin(), defects.list().end(),
                     [](const base::Defect& one) { return one.rule->harm == base::Harm::none; });
}

}  // namespace

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= 70 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127 && c != ':'; });
}

bool is_address_field(std::string_view name) {
  return std::any_of(std::begin(address_fields), std::end(address_fields),
                     [&](std::string_view one) { return base::iequals(one, name); });
}

base::Result<std::string> address_field(std::string_view name, std::string_view value, Form form) {
  const auto text = one_line(value);
  base::Defects defects;
  const auto addresses = parse_addresses(text, SIZE_MAX, &defects);
  if (addresses.empty() || !is_clear(defects)) return not_an_address(name, value);
  FieldWriter field(name);
  bool first_in_list = true;
  for (const auto& address : addresses) {
    if (address.kind == Address::Kind::group_end) {
      field.glue(";");
      continue;
    }
    if (!first_in_list) field.glue(",");
    // Names that a person pasted from a header are encoded already.
    put_phrase(field, decode_words(address.name), form);
    first_in_list = address.kind == Address::Kind::group_start;
    if (first_in_list) {
      field.glue(":");
      continue;
    }
    if (!is_good(address, form)) return not_an_address(name, value);
    const auto mailbox = to_mailbox(address);
    field.put(address.name.empty() ? mailbox : "<" + mailbox + ">", " ", 1);
  }
  return std::move(field).finish();
}

base::Result<std::string> any_field(std::string_view name, std::string_view value, Form form) {
  if (!is_field_name(name)) {
    return base::fail(base::Exit::usage, "'" + base::printable(name, 80) + "' is no name of a field");
  }
  if (is_address_field(name)) return address_field(name, value, form);
  const auto line = one_line(value);
  if (!is_ascii_text(line)) return text_field(name, line, form);
  FieldWriter field(name);
  base::Scanner in(line);
  std::string_view blanks = " ";
  while (!in.done()) {
    field.put(in.take_while([](char c) { return c != ' '; }), blanks);
    blanks = in.take_while([](char c) { return c == ' '; });
  }
  return std::move(field).finish();
}

}  // namespace header
