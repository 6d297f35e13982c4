// An index as text, for the tests that read one.
#pragma once

#include <algorithm>
#include <string>

#include "maildir/index_text.hpp"

inline maildir::Record record(std::uint32_t uid, std::string base) {
  maildir::Record out;
  out.uid = uid;
  out.modseq = uid + 10;
  out.date = 1'700'000'000;
  out.size = 42;
  out.flags = {maildir::seen, {"$Junk"}};
  out.base = std::move(base);
  return out;
}

inline std::string head(std::uint32_t validity, std::uint64_t generation, std::uint32_t uid_next,
                        std::uint64_t modseq) {
  maildir::Head out;
  out.validity = validity;
  out.generation = generation;
  out.uid_next = uid_next;
  out.modseq = modseq;
  return maildir::format_head(out);
}

inline std::string whole() {
  std::uint64_t modseq = 19;
  auto out =
      head(7, 3, 1, 1) + maildir::line_added(record(1, "one two%")) + maildir::line_added(record(2, "b"));
  out += maildir::lines_flags({{1, 1}}, modseq, {maildir::flagged, {}});
  out += maildir::line_added(record(3, "c"));
  return out += maildir::lines_removed({{2, 2}}, modseq);
}

/// Views into `text` stay in it.
inline maildir::IndexState read(std::string_view text) {
  const auto begun = maildir::parse_head(text);
  if (!begun) return {};
  auto state = maildir::begin_state(*begun, text.substr(0, begun->log_begin()));
  maildir::apply_lines(text.substr(std::min<std::size_t>(begun->log_begin(), text.size())), state);
  return state;
}
