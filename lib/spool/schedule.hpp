// When each message of a queue is due, in memory: 16 octets a message, and the name of each destination once.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spool/queue.hpp"

namespace spool {

/// Names of destinations by number, each name once. None is ever forgotten. However many there are, no single
/// call moves more than a few of them.
class Destinations {
 public:
  static constexpr std::size_t most = (1 << 24) - 1;

  /// Nothing: there are `most` others, or it has more than 255 octets.
  std::optional<std::uint32_t> number_of(std::string_view name);
  std::string_view name_of(std::uint32_t number) const;
  std::size_t size() const { return places_.size(); }

 private:
  using Table = std::vector<std::uint32_t>;  // numbers plus one, by hash; 0: free

  void grow();
  void move_some();
  std::size_t place_of(const Table& table, std::string_view name) const;
  std::uint32_t keep(std::string_view name);

  std::vector<std::unique_ptr<char[]>> blocks_;  // of names, each behind its length
  std::size_t filled_ = 0;                       // octets of the last block
  std::deque<std::uint32_t> places_;             // of each name: block and offset
  Table table_;
  Table old_;  // which is being moved into table_; its places from moved_ on are not there yet
  std::size_t moved_ = 0;
};

/// An Entry in 16 octets.
struct Record {
  std::uint64_t when = 0;  // due (40 bits), destination (24 bits): so that they sort by due time
  std::uint64_t id = 0;

  std::uint64_t due() const { return when >> 24; }
  std::uint32_t destination() const { return static_cast<std::uint32_t>(when & 0xFFFFFF); }
  /// Seconds since 1970 when the message arrived.
  std::uint64_t received() const { return (id >> 12) / 1'000'000; }
  /// Which directory of the queue holds it, 0 to 15.
  unsigned bucket() const { return static_cast<unsigned>(id & 15); }
  friend auto operator<=>(const Record&, const Record&) = default;
};

/// Nothing where there are too many destinations, and for an id that no make_id() has made: it begins with g
/// or a later letter.
std::optional<Record> to_record(const Entry& entry, Destinations& destinations);
Entry to_entry(const Record& record, const Destinations& destinations);

/// 13 characters for a Record's id.
std::string id_text(std::uint64_t id);

/// In many small heaps, so that what has to look at a heap as a whole never looks at many records.
class Schedule {
 public:
  static constexpr unsigned parts = 1024;  // 64 of each directory of the queue
  /// Where this record waits, among others of its directory.
  static unsigned part_of(const Record& record) { return static_cast<unsigned>(record.id % parts); }

  Schedule();

  /// The same record twice is one after a while.
  void add(const Record& record);

  /// What was found of one part: those that are not here yet.
  void merge(unsigned part, std::vector<Record> found);

  /// Of the first; nothing where nothing waits.
  std::optional<std::uint64_t> next_due() const;
  /// The first. There must be one.
  Record take();

  /// With other numbers for the destinations.
  void renumber(const std::function<Record(const Record&)>& changed);

  std::size_t size() const { return size_; }

 private:
  struct Part {
    std::vector<Record> heap;  // the first is the one that is due first
    std::size_t added = 0;     // since doubles were dropped
  };
  using First = std::uint16_t;

  /// A node, or behind those a part.
  First first_of(unsigned node) const {
    return node < parts ? firsts_[node] : static_cast<First>(node - parts);
  }
  bool is_before(First a, First b) const;
  /// The first of this part may be another now.
  void settle(unsigned part);

  std::vector<Part> parts_ = std::vector<Part>(parts);
  // A tree of which the leaves are the parts: which of those below has the record that is due first. Of the
  // node n the two right below are 2n and 2n + 1; the parts come behind the nodes.
  std::vector<First> firsts_ = std::vector<First>(parts);
  std::size_t size_ = 0;
};

}  // namespace spool
