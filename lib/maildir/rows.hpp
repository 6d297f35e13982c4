// The messages of a folder in the order of their UIDs: the snapshot, and over it what has changed since.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "maildir/flags.hpp"
#include "maildir/snapshot.hpp"
#include "maildir/uid_set.hpp"

namespace maildir {

/// One message whole, by value.
struct Record {
  std::uint32_t uid = 0;
  std::uint64_t modseq = 0;
  std::uint64_t date = 0;             // IMAP's internal date, seconds since 1970; 0: not known yet
  std::optional<std::uint64_t> size;  // octets with CRLF line ends; nothing until somebody had to know
  Flags flags;
  std::string base;     // the file's name without `:2,FLAGS`
  std::string suffix;   // of the file's name when it was last seen (":2,FS")
  bool in_new = false;  // likewise
  std::uint64_t saved = 0;
  std::uint64_t id = 0;
};

/// "cur/BASE:2,FS" or "new/BASE" as one word: blanks, control characters and '%' become %XX.
std::string place_word(std::string_view base, std::string_view suffix, bool in_new);

/// The three parts of such a word; views into it or, where something was escaped, into `room`.
struct Name {
  std::string_view base;
  std::string_view suffix;
  bool in_new = false;
};
Name name_in(std::string_view place, std::string& room);

class Rows {
 public:
  std::size_t size() const { return snapshot_.size() - removed_.size() + added_.size(); }
  bool empty() const { return size() == 0; }

  /// By position in the order of UIDs, from 0.
  Entry at(std::size_t position) const;
  Record operator[](std::size_t position) const { return record(at(position)); }
  Record record(const Entry& entry) const;

  /// Only the UID, unchecked.
  std::uint32_t uid(std::size_t position) const { return uid_of(row_at(position)); }

  /// Only the name of the file, unchecked.
  std::string_view place(std::size_t position) const;

  /// The first position whose UID is not below `uid`; size() for none.
  std::size_t lower_bound(std::uint32_t uid) const;
  std::optional<std::size_t> position(std::uint32_t uid) const;

  /// What is found without looking at more of each than its UID and its flags. A row whose damage shows in
  /// the order of the UIDs is left out, any other is not noticed before at().
  struct Outline {
    std::vector<std::uint32_t> uids;
    std::size_t without = 0;  // how many have not the flag
    std::size_t first = 0;    // of `uids`, the first of them; its size for none
  };
  Outline outline(unsigned flag) const;

  /// Those with a higher mod-sequence, as far as UIDs are in order.
  std::vector<std::uint32_t> changed_since(std::uint64_t modseq) const;

  /// Those whose files are in cur/ under names that do not say their flags, as far as UIDs are in order.
  std::vector<std::uint32_t> misnamed() const;

  /// All that any message may have, none twice, in order.
  std::vector<std::string> all_keywords() const;

  const std::vector<std::string>& keywords(std::uint32_t words) const;
  /// How many sets of keywords there are: `words` is below it.
  std::size_t keyword_sets() const { return sets_.size() + 1; }

  /// Whether a row of the snapshot was found to be damaged.
  bool is_damaged() const { return damaged_; }
  /// How many messages live in this process's own memory.
  std::size_t apart() const { return added_.size() + changed_.size() + removed_.size(); }

  class Iterator {
   public:
    Iterator(const Rows& rows, std::size_t at) : rows_(&rows), at_(at) {}
    Record operator*() const { return (*rows_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const Rows* rows_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  // Who reads the index:

  /// What the file's sorted part holds; it must outlive this.
  void begin_with(Snapshot snapshot, std::vector<std::vector<std::string>> sets);
  void add(const Record& record);
  void reserve(std::size_t more) { added_.reserve(added_.size() + more); }
  std::uint32_t number_of(const std::vector<std::string>& keywords);

  struct Kept {
    Entry entry;
    std::string place;
  };
  /// Calls `use(Kept&)` for each of the set that is there.
  template <class Use>
  std::size_t change(const UidSet& set, Use use) {
    std::size_t count = 0;
    for (const auto& range : set) {
      for (auto row = lower_row(range.first); row < rows() && uid_of(row) <= range.last; ++row) {
        if (is_removed(row)) continue;
        use(kept(row));
        ++count;
      }
    }
    return count;
  }
  std::size_t remove(const UidSet& set);

 private:
  // A row is one of the snapshot or, behind those, of added_; removed ones included.
  std::size_t rows() const { return snapshot_.size() + added_.size(); }
  std::uint32_t uid_of(std::size_t row) const;
  std::size_t lower_row(std::uint32_t uid) const;
  std::size_t row_at(std::size_t position) const;
  std::size_t position_of(std::size_t row) const;
  bool is_removed(std::size_t row) const;
  Kept& kept(std::size_t row);
  Entry entry_of(std::size_t row) const;
  template <class OfRow, class OfKept>
  void walk(OfRow of_row, OfKept of_kept) const;

  Snapshot snapshot_;
  std::vector<std::uint32_t> removed_;     // rows of the snapshot, ascending
  std::map<std::uint32_t, Kept> changed_;  // by row of the snapshot
  std::vector<Kept> added_;                // by UID
  std::vector<std::vector<std::string>> sets_;
  std::map<std::vector<std::string>, std::uint32_t> numbers_;
  mutable std::vector<bool> checked_;
  mutable bool damaged_ = false;
};

}  // namespace maildir
