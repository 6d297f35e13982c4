// LIST and LSUB (RFC 3501 sections 6.3.8 and 6.3.9, RFC 5258, RFC 5819, RFC 6154).
#include <algorithm>
#include <map>

#include "codec/nfc.hpp"
#include "imap/mailbox_name.hpp"
#include "imap/parse.hpp"
#include "imap/quote.hpp"
#include "imap/session.hpp"
#include "imap/special_use.hpp"

namespace imap {

namespace {

constexpr std::size_t pattern_limit = 1000;  // octets
constexpr std::size_t patterns_limit = 100;
constexpr std::size_t total_limit = 4000;  // octets of all patterns

base::Result<void> take_pattern(Lexer& in, List& out) {
  if (out.patterns.size() >= patterns_limit) return in.wrong("fewer patterns");
  TRY_ASSIGN(const auto wire, in.list_mailbox());
  TRY_ASSIGN(auto pattern, decode_mailbox_name(wire, in.utf8()));
  // Each name is held against every character of each.
  std::size_t octets = out.reference.size() + pattern.size();
  if (octets > pattern_limit) return in.wrong("a shorter pattern");
  for (const auto& before : out.patterns) octets += out.reference.size() + before.size();
  if (octets > total_limit) return in.wrong("fewer or shorter patterns");
  out.patterns.push_back(std::move(pattern));
  return {};
}

/// Behind its '('.
base::Result<void> take_selection(Lexer& in, List& out) {
  out.extended = true;
  while (!in.take(')')) {
    if (in.take_word("SUBSCRIBED"))
      out.only_subscribed = true;
    else if (in.take_word("SPECIAL-USE"))
      out.only_special = true;
    else if (in.take_word("RECURSIVEMATCH"))
      out.recursive = true;
    else if (!in.take_word("REMOTE"))
      return in.wrong("SUBSCRIBED, SPECIAL-USE, REMOTE or RECURSIVEMATCH");
    if (in.peek() != ')') TRY(in.space());
  }
  if (out.recursive && !out.only_subscribed && !out.only_special)
    return in.wrong("what RECURSIVEMATCH is about");
  return {};
}

base::Result<void> take_return(Lexer& in, List& out) {
  TRY(in.space());
  TRY(in.expect('('));
  out.extended = true;
  while (!in.take(')')) {
    if (in.take_word("SUBSCRIBED")) {
      out.tell_subscribed = true;
    } else if (in.take_word("SPECIAL-USE")) {
      out.tell_special = true;
    } else if (in.take_word("STATUS")) {
      TRY_ASSIGN(out.status, take_status_items(in));
    } else if (!in.take_word("CHILDREN")) {
      return in.wrong("SUBSCRIBED, CHILDREN, SPECIAL-USE or STATUS");
    }
    if (in.peek() != ')') TRY(in.space());
  }
  return {};
}

struct Entry {
  bool exists = false;
  bool subscribed = false;
  bool below = false;  // what the selection asks for is somewhere below it
  std::string uses;
};

using Tree = std::map<std::string, Entry>;

/// Levels above that are no mailboxes themselves are named too, for `%` to stop at.
void add_levels_above(Tree& all) {
  std::vector<std::string> above;
  for (const auto& [name, entry] : all) {
    for (auto at = name.find(separator); at != std::string::npos; at = name.find(separator, at + 1))
      above.push_back(name.substr(0, at));
  }
  for (auto& name : above) all.try_emplace(std::move(name));
}

/// Each with the reference, as it came and in the form that names have that were made here.
std::vector<Pattern> whole_patterns(const List& command) {
  std::vector<Pattern> out;
  for (const auto& pattern : command.patterns) {
    const auto whole = command.reference + pattern;
    const auto normal = codec::nfc(whole);
    out.emplace_back(whole);
    if (normal != whole) out.emplace_back(normal);
  }
  return out;
}

bool matches_any(const std::vector<Pattern>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&name](const Pattern& pattern) { return pattern.matches(name); });
}

bool is_chosen(const List& command, const Entry& entry) {
  if (command.only_subscribed && !entry.subscribed) return false;
  if (command.only_special && entry.uses.empty()) return false;
  return entry.exists || command.only_subscribed;
}

void mark_above(const List& command, Tree& all) {
  for (const auto& [name, entry] : all) {
    if (!is_chosen(command, entry)) continue;
    for (auto at = name.find(separator); at != std::string::npos; at = name.find(separator, at + 1))
      all[name.substr(0, at)].below = true;
  }
}

std::string attributes_of(const List& command, const Tree& all, const std::string& name, const Entry& entry) {
  std::string out;
  const auto add = [&](std::string_view word) { out += (out.empty() ? "" : " ") + std::string(word); };
  if (!entry.exists) add(command.extended ? "\\NonExistent" : "\\Noselect");
  bool children = false;
  for (auto at = all.upper_bound(name + separator);
       at != all.end() && at->first.starts_with(name + separator); ++at)
    children = children || at->second.exists || !command.extended;
  add(children ? "\\HasChildren" : "\\HasNoChildren");
  if (entry.subscribed && (command.tell_subscribed || command.only_subscribed)) add("\\Subscribed");
  if (!entry.uses.empty()) add(entry.uses);
  return out;
}

/// All that there is, as far as it is asked for.
base::Result<Tree> tree_of(Store& store, const List& command) {
  TRY_ASSIGN(const auto names, store.list());
  Tree all;
  for (const auto& name : names) all[name].exists = true;
  // Clients that know the plain form alone know them from there.
  if (!command.extended || command.only_special || command.tell_special) {
    TRY_ASSIGN(const auto uses, store.uses(names));
    for (std::size_t i = 0; i < names.size() && i < uses.size(); ++i) all[names[i]].uses = uses[i];
  }
  add_levels_above(all);
  if (!command.only_subscribed && !command.tell_subscribed) return all;
  TRY_ASSIGN(const auto subscribed, store.subscriptions());
  for (const auto& name : subscribed) {
    // What is not there is named to those alone who choose by it (RFC 5258 section 3).
    const auto there = command.only_subscribed ? all.try_emplace(name).first : all.find(name);
    if (there != all.end()) there->second.subscribed = true;
  }
  add_levels_above(all);
  return all;
}

}  // namespace

Parsed parse_list(Lexer& in) {
  List out;
  if (in.take_text(" (")) TRY(take_selection(in, out));
  TRY_ASSIGN(out.reference, take_mailbox(in));
  TRY(in.space());
  if (in.take('(')) {
    out.extended = true;
    do {
      TRY(take_pattern(in, out));
    } while (in.take(' '));
    TRY(in.expect(')'));
  } else {
    TRY(take_pattern(in, out));
  }
  if (in.take_text(" RETURN")) TRY(take_return(in, out));
  return finish(in, std::move(out));
}

Parsed parse_lsub(Lexer& in) {
  List out;
  out.lsub = true;
  TRY_ASSIGN(out.reference, take_mailbox(in));
  TRY(in.space());
  TRY(take_pattern(in, out));
  return finish(in, std::move(out));
}

void Session::write_mailbox(std::string_view word, std::string_view attributes, std::string_view name,
                            std::string_view extra) {
  out_.write("* " + std::string(word) + " (" + std::string(attributes) + ") \".\" " +
             quote_name(name, mode_.utf8) + std::string(extra) + "\r\n");
}

Session::Outcome Session::lsub(const List& command) {
  TRY_ASSIGN(const auto names, store_.subscriptions());
  Tree all;
  for (const auto& name : names) all[name].exists = true;
  add_levels_above(all);
  const auto patterns = whole_patterns(command);
  const bool by_level = (command.reference + command.patterns.front()).find('%') != std::string::npos;
  for (const auto& [name, entry] : all) {
    if (!matches_any(patterns, name) || (!entry.exists && !by_level)) continue;
    write_mailbox("LSUB", entry.exists ? "" : "\\Noselect", name, "");
  }
  return Answer{"OK", "LSUB done"};
}

Session::Outcome Session::list(const List& command) {
  TRY_ASSIGN(auto all, tree_of(store_, command));
  if (command.recursive) mark_above(command, all);
  const auto patterns = whole_patterns(command);
  for (const auto& [name, entry] : all) {
    if (!matches_any(patterns, name)) continue;
    const bool selective = command.only_subscribed || command.only_special;
    const bool chosen = !selective || is_chosen(command, entry);
    const bool above = command.recursive && entry.below;
    if (!chosen && !above) continue;
    const std::string_view what = command.only_subscribed ? "SUBSCRIBED" : "SPECIAL-USE";
    const auto extra = above ? " (\"CHILDINFO\" (\"" + std::string(what) + "\"))" : std::string();
    write_mailbox("LIST", attributes_of(command, all, name, entry), name, extra);
    if (command.status.empty() || !entry.exists) continue;
    // A mailbox that went away meanwhile has none, and the list goes on (RFC 5819 section 2).
    if (const auto line = status_line(name, name, command.status)) out_.write(*line);
  }
  return Answer{"OK", "LIST done"};
}

base::Result<std::string> Session::attributes(const std::string& name) {
  List command;
  command.extended = command.tell_subscribed = command.tell_special = true;
  TRY_ASSIGN(const auto all, tree_of(store_, command));
  const auto there = all.find(name);
  return attributes_of(command, all, name, there == all.end() ? Entry() : there->second);
}

Session::Outcome Session::handle(const List& command) {
  if (command.lsub) return lsub(command);
  if (!command.extended && command.patterns.front().empty()) {
    // Asks for the separator and the root of the reference (section 6.3.8).
    write_mailbox("LIST", "\\Noselect", "", "");
    return Answer{"OK", "LIST done"};
  }
  return list(command);
}

}  // namespace imap
