// The fields that a mailing list adds to what it distributes (RFC 2369, RFC 2919), and how they are read
// again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "header/field.hpp"

namespace header {

struct ListFields {
  std::string address;           // of the list: "team@example.test"
  std::string owner;             // of the person behind it
  std::string description = {};  // UTF-8, for the List-Id; may be empty
  std::string help = {};         // URLs; empty: a message to the owner
  std::string subscribe = {};
  std::string unsubscribe = {};
  std::string archive = {};  // empty: there is none
  bool closed = false;       // only the owner posts
};

/// "team.example.test" for the list of that address: lower case, and a hyphen for what a List-Id cannot hold.
std::string list_id_of(std::string_view address);

/// The fields, each ended by LF: List-Id, List-Post, List-Help, List-Subscribe, List-Unsubscribe, List-Owner
/// and, where there is one, List-Archive. No value holds a control character.
std::string write_list_fields(const ListFields& list);

/// The identifier of a List-Id field, in lower case; nothing if there are no angle brackets with one in them.
std::optional<std::string> parse_list_id(std::string_view body);

/// Whether a list that distributes a message of another list replaces this field (RFC 2369 section 4);
/// List-Archive is one of them where the list has an `archive` of its own.
bool is_replaced_by_list(std::string_view name, bool archive);

/// Whether a program has answered with it (Auto-Submitted, RFC 3834 section 5): a list would spread it.
bool is_automatic_reply(const std::vector<Field>& fields);

/// "mailto:" with everything in the address quoted that a URL cannot hold (RFC 6068), and a subject.
std::string mailto(std::string_view address, std::string_view subject = {});

}  // namespace header
