// SEARCH, and what its extensions make of the answer (RFC 3501 section 6.4.4, RFC 4731, 5182, 7162, 9394).
#include "imap/search_match.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "codec/charset.hpp"
#include "imap/gist.hpp"
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
      if (out.window) return in.wrong("one PARTIAL");
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

/// What the options ask for: this is what a mod-sequence is told of, and what `$` holds (RFC 4731
/// section 3.2, RFC 5182 section 2.4, RFC 9394 section 3.2).
std::vector<std::size_t> asked_for(const Return& wanted, const std::vector<std::size_t>& found) {
  if (wanted.all || wanted.count || (!wanted.min && !wanted.max && !wanted.window)) return found;
  const auto window =
      wanted.window ? wanted.window->places(found.size()) : std::pair<std::size_t, std::size_t>();
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool inside = i >= window.first && i < window.second;
    if (inside || (wanted.min && i == 0) || (wanted.max && i + 1 == found.size())) out.push_back(found[i]);
  }
  return out;
}

base::Result<void> take_charset(Lexer& in, std::string& charset) {
  TRY(in.space());
  TRY_ASSIGN(charset, in.astring());
  return in.space();
}

/// In a charset that is not known they are read all the same: what the command was to save is for the answer.
base::Result<void> take_keys(Lexer& in, Search& out) {
  out.known_charset = out.charset.empty() || codec::to_utf8("", out.charset);
  TRY_ASSIGN(out.key, parse_search_keys(in, out.known_charset ? out.charset : std::string()));
  return {};
}

std::string_view word_of(Search::As as) {
  return as == Search::As::sorted ? "SORT" : as == Search::As::threaded ? "THREAD" : "SEARCH";
}

}  // namespace

Parsed parse_search(Lexer& in, bool uid) {
  Search out;
  out.uid = uid;
  if (in.take_text(" RETURN")) {
    TRY_ASSIGN(out.wanted, take_return(in));
  }
  TRY(in.space());
  if (in.take_word("CHARSET")) TRY(take_charset(in, out.charset));
  TRY(take_keys(in, out));
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
  TRY(take_charset(in, out.charset));
  TRY(take_keys(in, out));
  return finish(in, std::move(out));
}

Parsed parse_thread(Lexer& in, bool uid) {
  Search out;
  out.uid = uid;
  out.as = Search::As::threaded;
  TRY(in.space());
  out.by_references = in.take_word("REFERENCES");
  if (!out.by_references && !in.take_word("ORDEREDSUBJECT")) return in.wrong("REFERENCES or ORDEREDSUBJECT");
  TRY(take_charset(in, out.charset));
  TRY(take_keys(in, out));
  return finish(in, std::move(out));
}

Candidate Selected::candidate(std::size_t place, const Message& message) {
  return {message,
          static_cast<std::uint32_t>(place + 1),
          static_cast<std::uint32_t>(view_.size()),
          view_.back().uid,
          *mailbox_,
          &saved_};
}

std::size_t Selected::search_from(const SearchKey& key, std::optional<std::uint32_t>& lowest) {
  if (view_.size() <= bounds_.messages) return 0;
  const auto named = key.of_numbers();
  std::size_t begin = view_.size();
  std::size_t count = 0;
  for (auto place = view_.size(); place-- > 0;) {
    const auto* message = find(view_[place].uid);
    const auto hit = message == nullptr ? false : matches(named, candidate(place, *message));
    if (!hit || !*hit) continue;
    if (++count > bounds_.messages) {
      lowest = view_[begin].uid;
      return begin;
    }
    begin = place;
  }
  return begin;
}

/// `read`: what went wrong with some of them.
Selected::Places Selected::matching(const SearchKey& key, std::size_t begin, Progress& progress,
                                    base::Result<void>& read) {
  Places out;
  progress.begin(view_.size() - begin);
  for (std::size_t place = begin; place < view_.size(); ++place) {
    progress.step();
    const auto* message = find(view_[place].uid);
    if (message == nullptr) continue;
    const auto hit = matches(key, candidate(place, *message));
    // One that went away meanwhile is no hit.
    if (!hit && hit.error().code != base::Exit::no_input) read = hit.error();
    if (hit && *hit) out.push_back(place);
  }
  return out;
}

void Selected::each_found(const Places& found, bool gists, Progress& progress,
                          const std::function<void(std::size_t, const Message&, const Gist&)>& use) {
  std::string room;
  progress.begin(found.size());
  for (const auto place : found) {
    progress.step();
    const auto* message = find(view_[place].uid);
    if (message == nullptr) continue;
    const auto text = gists ? gist_of(*mailbox_, message->uid, room) : base::Result<std::string_view>({});
    use(place, *message, Gist(text ? *text : std::string_view()));
  }
}

void Selected::save(const Return& wanted, const Places& found) {
  saved_ = uids_of(asked_for(wanted, found));
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
  if (wanted.window) {
    const auto [begin, end] = wanted.window->places(found.size());
    const auto list = names(begin, end);
    out += " PARTIAL (" + format_window(*wanted.window) + " " + (list.empty() ? "NIL" : list) + ")";
  }
  if (command.key.holds(SearchKey::Kind::modseq) && !found.empty()) {
    std::uint64_t highest = 0;
    for (const auto place : asked_for(wanted, found)) {
      const auto* message = find(view_[place].uid);
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
  std::optional<std::uint32_t> lowest;
  Progress progress(out_, *mailbox_, tag);
  const auto begin = search_from(command.key, lowest);
  // Of a part of the messages there are no threads (RFC 9738 section 3.3).
  if (lowest && command.as == Search::As::threaded) return limited({"NO", "too many messages"}, lowest);
  auto found = matching(command.key, begin, progress, read);
  if (command.as == Search::As::sorted) {
    TRY_ASSIGN(found, sorted(command, found, progress));
  }
  if (command.as == Search::As::threaded) {
    TRY_ASSIGN(const auto threads, threaded(command, found, progress));
    out_.write("* THREAD" + (threads.empty() ? "" : " " + threads) + "\r\n");
  } else {
    answer_search(command, found, tag);
  }
  if (!read) return some_unread(read.error());
  if (command.wanted && command.wanted->save) save(*command.wanted, found);
  return limited({"OK", std::string(word_of(command.as)) + " done"}, lowest);
}

// After a NO there is nothing behind `$` (RFC 5182 section 2.1): what is pipelined after it must not work on
// what was found before.
Session::Outcome Session::handle(const Search& command) {
  if (selected_ == nullptr) return none_selected;
  auto done = search(command);
  const bool no = done ? done->word == "NO" : done.error().code != base::Exit::usage;
  if (no && command.wanted && command.wanted->save) selected_->forget_saved();
  return done;
}

// By number it must not renumber (section 7.4.1): expunges wait for the next command.
Session::Outcome Session::search(const Search& command) {
  // RFC 6855 section 3, with its erratum 4029: SORT and THREAD cannot do without the name of one.
  const bool may_name_utf8 = command.as != Search::As::found && base::iequals(command.charset, "UTF-8");
  if (mode_.accept && !command.charset.empty() && !may_name_utf8)
    return Answer{"BAD", "with UTF8=ACCEPT, all is in UTF-8"};
  TRY(numbers_allowed(command.uid && !command.key.holds(SearchKey::Kind::sequence)));
  if (!command.known_charset)
    return Answer{"NO", std::string(word_of(command.as)) + ": this charset is not known",
                  "BADCHARSET (US-ASCII UTF-8)"};
  if (command.key.holds(SearchKey::Kind::modseq)) use_condstore();
  TRY(selected_->announce(command.uid));
  return selected_->search(command, tag_);
}

}  // namespace imap
