#include "serve/mailing_list.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/field.hpp"
#include "header/list_fields.hpp"

namespace serve {

namespace {

constexpr std::size_t no_limit = SIZE_MAX;

bool has_been_here(const MailingList& list, const std::vector<header::Field>& fields) {
  const auto id = header::list_id_of(list.address);
  return std::any_of(fields.begin(), fields.end(), [&](const header::Field& field) {
    if (base::iequals(field.name, "List-Id")) return header::parse_list_id(field.body) == id;
    return base::iequals(field.name, "Delivered-To") &&
           base::iequals(header::unfold(field.body), list.address);
  });
}

}  // namespace

Posting judge_posting(const MailingList& list, std::string_view head, std::string_view sender) {
  const auto fields = header::parse_fields(head);
  if (has_been_here(list, fields)) return Posting::looping;
  return sender.empty() || header::is_automatic_reply(fields) ? Posting::to_owner : Posting::distribute;
}

std::string list_head(const MailingList& list, std::string_view head) {
  const auto& said = list.settings;
  header::ListFields own;
  own.address = list.address;
  own.owner = list.owner;
  own.description = said.description;
  own.help = said.help;
  own.subscribe = said.subscribe;
  own.unsubscribe = said.unsubscribe;
  own.archive = said.archive;
  own.closed = said.post == smtp::ListSettings::Post::owner;
  std::string out =
      "Delivered-To: " + list.address + "\n" + header::write_list_fields(own) + "Precedence: list\n";
  for (const auto& field : header::parse_fields(head, no_limit)) {
    if (!header::is_replaced_by_list(field.name, !said.archive.empty())) out += field.text;
  }
  return out;
}

}  // namespace serve
