// When each message of a queue is due, in memory: 16 octets a message, and the name of each destination once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spool/queue.hpp"

namespace spool {

/// Names of destinations by number, each name once. None is ever forgotten.
class Destinations {
 public:
  static constexpr std::size_t most = (1 << 24) - 1;

  /// Nothing: there are `most` others.
  std::optional<std::uint32_t> number_of(std::string_view name);
  std::string_view name_of(std::uint32_t number) const;
  std::size_t size() const { return starts_.size(); }

 private:
  void grow();
  std::size_t place_of(std::string_view name) const;

  std::string names_;                  // one behind the other
  std::vector<std::uint32_t> starts_;  // in it
  std::vector<std::uint32_t> table_;   // numbers plus one, by hash; 0: free
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

class Schedule {
 public:
  /// The same record twice is one after a while.
  void add(const Record& record);

  /// What was found in one directory: those that are not here yet.
  void merge(unsigned bucket, std::vector<Record> found);

  /// Of the first; nothing where nothing waits.
  std::optional<std::uint64_t> next_due() const;
  /// The first. There must be one.
  Record take();

  /// With other numbers for the destinations.
  void renumber(const std::function<Record(const Record&)>& changed);

  std::size_t size() const { return heap_.size(); }

 private:
  void drop_doubles();

  std::vector<Record> heap_;  // the first is the one that is due first
  std::size_t added_ = 0;     // since doubles were dropped
};

}  // namespace spool
