#include "header/answerable.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace header {

namespace {

constexpr std::size_t most_recipients = 10'000;

template <std::size_t size>
bool is_one_of(std::string_view text, const std::string_view (&words)[size]) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return base::iequals(word, text); });
}

/// The first word of a field, before a parameter or a comment.
std::string first_word(const Field& field) {
  const auto text = unfold(field.body);
  return base::lower(std::string_view(text).substr(0, text.find_first_of(";, \t(")));
}

/// Outlook's way to say it: a list of words between commas.
bool suppresses(const Field& field) {
  constexpr std::string_view words[] = {"all", "oof", "autoreply"};
  auto text = unfold(field.body);
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (is_one_of(base::trim(rest.substr(0, comma)), words)) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

}  // namespace

std::optional<std::string_view> why_not_answer_sender(std::string_view sender) {
  constexpr std::string_view programs[] = {"mailer-daemon", "postmaster", "listserv",
                                           "majordomo",     "mailman",    "noreply",
                                           "no-reply",      "donotreply", "do-not-reply"};
  constexpr std::string_view ends[] = {"-request", "-owner",  "-bounce",  "-bounces",
                                       "-relay",   "-errors", "-noreply", "-no-reply"};
  if (sender.empty()) return "it has no sender";
  const auto at = sender.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == sender.size()) return "its sender is no address";
  const auto local = base::lower(sender.substr(0, at));
  const auto name = std::string_view(local).substr(0, local.find('+'));
  const bool ended = std::any_of(std::begin(ends), std::end(ends),
                                 [&](std::string_view end) { return name.ends_with(end); });
  if (ended || is_one_of(name, programs) || local.starts_with("owner-") || local.starts_with("bounce-") ||
      local.starts_with("bounces+") || local.find("-bounces+") != local.npos)
    return "its sender is no person";
  return std::nullopt;
}

std::optional<std::string_view> why_not_answer(const std::vector<Field>& fields) {
  constexpr std::string_view bulk[] = {"bulk", "list", "junk"};
  for (const auto& field : fields) {
    const auto name = base::lower(field.name);
    if (name == "auto-submitted" && first_word(field) != "no") return "a program has sent it";
    if (name.starts_with("list-") || name == "mailing-list" || name == "x-mailing-list")
      return "a list has sent it";
    if (name == "precedence" && is_one_of(first_word(field), bulk)) return "it went to many";
    if (name == "x-auto-response-suppress" && suppresses(field)) return "it asks for no answer";
    if (name == "x-spam-flag" && first_word(field) == "yes") return "it is spam";
    // A report of a mail system is no letter, whoever its sender is.
    if (name == "content-type" && first_word(field) == "multipart/report") return "it is a report";
  }
  return std::nullopt;
}

std::vector<Address> named_recipients(const std::vector<Field>& fields) {
  constexpr std::string_view names[] = {"to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc"};
  std::vector<Address> out;
  for (const auto& field : fields) {
    if (!is_one_of(field.name, names)) continue;
    for (auto& address : parse_addresses(field.body, most_recipients)) {
      if (address.kind == Address::Kind::mailbox && out.size() < most_recipients)
        out.push_back(std::move(address));
    }
  }
  return out;
}

}  // namespace header
