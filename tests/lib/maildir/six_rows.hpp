// Messages of which some are in the snapshot and some over it.
#pragma once

#include <string>

#include "maildir/rows.hpp"

inline maildir::Record record(std::uint32_t uid, unsigned system = 0) {
  maildir::Record out;
  out.uid = uid;
  out.flags.system = system;
  out.base = "m" + std::to_string(uid);
  return out;
}

/// UIDs 2, 4, ... 10 in the snapshot, over which 12 and 14 were added. Those that 4 divides are seen.
struct Site {
  std::string sorted, names;
  maildir::Rows rows;
  Site() {
    for (std::uint32_t uid = 2; uid <= 10; uid += 2) {
      maildir::Entry entry;
      const auto place = maildir::place_word("m" + std::to_string(uid), "", true);
      entry.uid = uid;
      entry.system = seen_of(uid);
      entry.words = uid == 2 ? 1 : 0;
      entry.place = place;
      maildir::write_row(entry, sorted, names);
    }
    rows.begin_with({sorted, names}, {{"$a"}});
    rows.add(record(12, seen_of(12)));
    rows.add(record(14, seen_of(14)));
  }
  static unsigned seen_of(std::uint32_t uid) { return uid % 4 == 0 ? unsigned{maildir::seen} : 0; }
};
