#include "serve/spool_options.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "spool/id.hpp"

namespace serve {

namespace {

/// The commands that each option goes with, by their first letters: "release" and "retry" are R and r.
struct Place {
  std::string_view option;
  std::string_view commands;
};
constexpr std::string_view letters = "lshRrdtc";  // of spool_commands, "stats" is t
constexpr Place places[] = {
    {"sender", "lhRrdt"}, {"recipient", "lhRrdt"}, {"domain", "lhRrdt"},   {"older", "lhRrdt"},
    {"newer", "lhRrdt"},  {"held", "lhRrdt"},      {"deferred", "lhRrdt"}, {"all", "hRrd"},
    {"long", "l"},        {"sort", "l"},           {"mailq", "l"},         {"json", "lshRrdtc"},
    {"header", "s"},      {"message", "s"},        {"yes", "d"},           {"repair", "c"}};

std::string command_list() {
  std::string out;
  for (const auto command : spool_commands) out += (out.empty() ? "" : ", ") + std::string(command);
  return out;
}

base::Result<char> letter_of(const std::string& command) {
  const auto found = std::find(std::begin(spool_commands), std::end(spool_commands), command);
  if (found == std::end(spool_commands))
    return base::fail(base::Exit::usage, "one of " + command_list() + " is expected");
  return letters[static_cast<std::size_t>(found - std::begin(spool_commands))];
}

base::Result<void> check_places(const proc::Options& given, const std::string& command, char letter) {
  for (const auto& place : places) {
    if (given.has(place.option) && place.commands.find(letter) == std::string_view::npos)
      return base::fail(base::Exit::usage, "--" + std::string(place.option) + " does not go with " + command);
  }
  int forms = 0;
  for (const auto* form : {"json", "mailq", "header", "message"}) forms += given.has(form) ? 1 : 0;
  if (forms > 1)
    return base::fail(base::Exit::usage, "--json, --mailq, --header and --message exclude each other");
  return {};
}

base::Result<spool::Selection> selection_of(const proc::Options& given) {
  spool::Selection out;
  out.ids = {given.arguments.begin() + 1, given.arguments.end()};
  out.senders = given.all("sender");
  out.recipients = given.all("recipient");
  out.domains = given.all("domain");
  if (given.has("older")) {
    TRY_ASSIGN(out.older, spool::parse_age(given.get("older")));
  }
  if (given.has("newer")) {
    TRY_ASSIGN(out.newer, spool::parse_age(given.get("newer")));
  }
  if (given.has("held")) out.states.push_back(spool::State::held);
  if (given.has("deferred")) out.states.push_back(spool::State::deferred);
  return out;
}

base::Result<void> check_selection(const proc::Options& given, char letter,
                                   const spool::Selection& selection) {
  const bool changes = std::string_view("hRrd").find(letter) != std::string_view::npos;
  if (changes && selection.is_all() != given.has("all"))
    return base::fail(base::Exit::usage, "which messages? Ids or filters, or else --all");
  if (letter == 's' && (!selection.is_by_id() || selection.ids.size() != 1))
    return base::fail(base::Exit::usage, "show expects one id");
  if ((letter == 't' || letter == 'c') && !selection.ids.empty())
    return base::fail(base::Exit::usage, given.arguments[0] + " expects no id");
  return {};
}

}  // namespace

base::Result<SpoolOrder> spool_order(const proc::Options& given) {
  SpoolOrder out;
  out.command = given.arguments.empty() ? "" : given.arguments[0];
  TRY_ASSIGN(const char letter, letter_of(out.command));
  TRY(check_places(given, out.command, letter));
  out.spool = given.get("spool");
  out.json = given.has("json");
  TRY_ASSIGN(out.selection, selection_of(given));
  TRY(check_selection(given, letter, out.selection));
  return out;
}

}  // namespace serve
