// SEARCH, and what its extensions make of the answer (RFC 3501 section 6.4.4, RFC 4731, 5182, 7162, 9394).
#include "imap/search_match.hpp"

#include <algorithm>

#include "imap/parse.hpp"
#include "imap/session.hpp"

namespace imap {

namespace {

base::Result<Return> take_return(Lexer& in) {
  Return out;
  TRY(in.space());
  TRY(in.expect('('));
  while (!in.take(')')) {
    if (in.take_word("MIN")) {
      out.min = true;
    } else if (in.take_word("MAX")) {
      out.max = true;
    } else if (in.take_word("ALL")) {
      out.all = true;
    } else if (in.take_word("COUNT")) {
      out.count = true;
    } else if (in.take_word("SAVE")) {
      out.save = true;
    } else if (in.take_word("PARTIAL")) {
      TRY(in.space());
      TRY_ASSIGN(out.window, take_window(in));
    } else {
      return in.wrong("MIN, MAX, ALL, COUNT, SAVE or PARTIAL");
    }
    if (in.peek() != ')') TRY(in.space());
  }
  if (out.all && out.window) return in.wrong("ALL or PARTIAL");
  // Nothing asked for is ALL (RFC 4731 section 3.1).
  if (!out.min && !out.max && !out.count && !out.save && !out.window) out.all = true;
  return out;
}

base::Result<void> take_charset(Lexer& in, std::string& charset) {
  TRY(in.space());
  TRY_ASSIGN(charset, in.astring());
  return in.space();
}

}  // namespace

Parsed parse_search(Lexer& in, bool uid) {
  Search out;
  out.uid = uid;
  if (in.take_text(" RETURN")) {
    TRY_ASSIGN(out.wanted, take_return(in));
  }
  TRY(in.space());
  TRY_ASSIGN(out.key, parse_search_program(in));
  return finish(in, std::move(out));
}

Parsed parse_sort(Lexer& in, bool uid) {
  Search out;
  out.uid = uid;
  out.as = Search::As::sorted;
  if (in.take_text(" RETURN")) {
    TRY_ASSIGN(out.wanted, take_return(in));
  }
  TRY(in.space());
  TRY_ASSIGN(out.sort, parse_sort_keys(in));
  std::string charset;
  TRY(take_charset(in, charset));
  TRY_ASSIGN(out.key, parse_search_keys(in, charset));
  return finish(in, std::move(out));
}

Parsed parse_thread(Lexer& in, bool uid) {
  Search out;
  out.uid = uid;
  out.as = Search::As::threaded;
  TRY(in.space());
  out.by_references = in.take_word("REFERENCES");
  if (!out.by_references && !in.take_word("ORDEREDSUBJECT")) return in.wrong("REFERENCES or ORDEREDSUBJECT");
  std::string charset;
  TRY(take_charset(in, charset));
  TRY_ASSIGN(out.key, parse_search_keys(in, charset));
  return finish(in, std::move(out));
}

/// `read`: what went wrong with some of them.
base::Result<Selected::Places> Selected::matching(const SearchKey& key, base::Result<void>& read) {
  Places out;
  const auto largest = static_cast<std::uint32_t>(view_.size());
  const std::size_t begin = view_.size() > bounds_.messages ? view_.size() - bounds_.messages : 0;
  for (std::size_t place = begin; place < view_.size(); ++place) {
    const auto* message = find(view_[place].uid);
    if (message == nullptr) continue;
    const auto number = static_cast<std::uint32_t>(place + 1);
    const auto hit = matches(key, {*message, number, largest, view_.back().uid, *mailbox_, &saved_});
    // One that went away meanwhile is no hit.
    if (!hit && hit.error().code != base::Exit::no_input) read = hit.error();
    if (hit && *hit) out.push_back(place);
  }
  return out;
}

/// RFC 5182 section 2.1: of MIN or MAX alone only these are kept.
void Selected::save(const Return& wanted, const Places& found) {
  saved_.clear();
  const bool some = (wanted.min || wanted.max) && !wanted.all && !wanted.count && !wanted.window;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool kept = !some || (wanted.min && i == 0) || (wanted.max && i + 1 == found.size());
    if (kept) saved_.push_back(view_[found[i]].uid);
  }
  std::sort(saved_.begin(), saved_.end());
}

void Selected::answer_extended(const Search& command, const Return& wanted, const Places& found,
                               std::string_view tag) {
  std::string out = "* ESEARCH (TAG \"" + std::string(tag) + "\")";
  if (command.uid) out += " UID";
  const auto names = [&](std::size_t begin, std::size_t end) {
    std::vector<std::uint32_t> list;
    for (auto i = begin; i < end; ++i) list.push_back(name_of(found[i], command.uid));
    if (command.as == Search::As::found) return format_set(std::move(list));
    // In the order that was asked for, which ranges would hide.
    std::string text;
    for (const auto name : list) text += (text.empty() ? "" : ",") + std::to_string(name);
    return text;
  };
  if (wanted.min && !found.empty()) out += " MIN " + names(0, 1);
  if (wanted.max && !found.empty()) out += " MAX " + names(found.size() - 1, found.size());
  if (wanted.count) out += " COUNT " + std::to_string(found.size());
  if (wanted.all && !found.empty()) out += " ALL " + names(0, found.size());
  std::size_t begin = 0;
  std::size_t end = found.size();
  if (wanted.window) {
    std::tie(begin, end) = wanted.window->places(found.size());
    const auto list = names(begin, end);
    out += " PARTIAL (" + format_window(*wanted.window) + " " + (list.empty() ? "NIL" : list) + ")";
  }
  if (command.key.holds(SearchKey::Kind::modseq) && !found.empty()) {
    std::uint64_t highest = 0;
    for (auto i = begin; i < end; ++i) {
      const auto* message = find(view_[found[i]].uid);
      highest = std::max(highest, message == nullptr ? 0 : message->modseq);
    }
    out += " MODSEQ " + std::to_string(highest);
  }
  out_.write(out + "\r\n");
}

void Selected::answer_search(const Search& command, const Places& found, std::string_view tag) {
  const bool only_saved = command.wanted && command.wanted->save && !command.wanted->all &&
                          !command.wanted->min && !command.wanted->max && !command.wanted->count &&
                          !command.wanted->window;
  if (only_saved) return;
  if (command.as == Search::As::threaded) {
    const auto threads = threaded(command, found);
    return out_.write("* THREAD" + (threads.empty() ? "" : " " + threads) + "\r\n");
  }
  if (command.wanted) return answer_extended(command, *command.wanted, found, tag);
  // IMAP4rev2 has no other answer to SEARCH.
  if (mode_.rev2 && command.as == Search::As::found) {
    Return all;
    all.all = true;
    return answer_extended(command, all, found, tag);
  }
  std::string out = command.as == Search::As::sorted ? "* SORT" : "* SEARCH";
  std::uint64_t highest = 0;
  const bool tells_modseq = command.key.holds(SearchKey::Kind::modseq) && !found.empty();
  for (const auto place : found) {
    out.append(1, ' ').append(std::to_string(name_of(place, command.uid)));
    const auto* message = tells_modseq ? find(view_[place].uid) : nullptr;
    highest = std::max(highest, message == nullptr ? 0 : message->modseq);
  }
  if (tells_modseq) out += " (MODSEQ " + std::to_string(highest) + ")";
  out_.write(out + "\r\n");
}

base::Result<Answer> Selected::search(const Search& command, std::string_view tag) {
  base::Result<void> read;
  TRY_ASSIGN(auto found, matching(command.key, read));
  std::optional<std::uint32_t> lowest;
  if (view_.size() > bounds_.messages) lowest = view_[view_.size() - bounds_.messages].uid;
  if (command.as == Search::As::sorted) {
    TRY_ASSIGN(found, sorted(command, std::move(found)));
  }
  answer_search(command, found, tag);
  const bool saves = command.wanted && command.wanted->save;
  if (!read) {
    // After a NO there is nothing behind `$` (RFC 5182 section 2.1).
    if (saves) saved_.clear();
    return some_unread(read.error());
  }
  if (saves) save(*command.wanted, found);
  const std::string_view word = command.as == Search::As::sorted     ? "SORT done"
                                : command.as == Search::As::threaded ? "THREAD done"
                                                                     : "SEARCH done";
  return limited({"OK", std::string(word)}, lowest);
}

// By number it must not renumber (section 7.4.1): expunges wait for the next command.
Session::Outcome Session::handle(const Search& command) {
  if (selected_ == nullptr) return none_selected;
  TRY(numbers_allowed(command.uid && !command.key.holds(SearchKey::Kind::sequence)));
  if (command.key.holds(SearchKey::Kind::modseq)) use_condstore();
  TRY(selected_->announce(command.uid));
  return selected_->search(command, tag_);
}

}  // namespace imap
