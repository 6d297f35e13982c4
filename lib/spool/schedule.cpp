#include "spool/schedule.hpp"

#include <algorithm>

#include "spool/id.hpp"

namespace spool {

namespace {

constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
constexpr auto later = std::greater<Record>();

std::uint64_t digit(char c) {
  return static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

}  // namespace

std::string_view Destinations::name_of(std::uint32_t number) const {
  const std::size_t from = starts_[number];
  const std::size_t to = number + 1 < starts_.size() ? starts_[number + 1] : names_.size();
  return std::string_view(names_).substr(from, to - from);
}

std::size_t Destinations::place_of(std::string_view name) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t place = std::hash<std::string_view>()(name) & mask;
  while (table_[place] != 0 && name_of(table_[place] - 1) != name) place = (place + 1) & mask;
  return place;
}

std::optional<std::uint32_t> Destinations::number_of(std::string_view name) {
  if (2 * starts_.size() >= table_.size()) grow();
  const auto place = place_of(name);
  if (table_[place] != 0) return table_[place] - 1;
  if (starts_.size() == most || names_.size() + name.size() > UINT32_MAX) return std::nullopt;
  starts_.push_back(static_cast<std::uint32_t>(names_.size()));
  names_ += name;
  table_[place] = static_cast<std::uint32_t>(starts_.size());
  return table_[place] - 1;
}

void Destinations::grow() {
  table_.assign(std::max<std::size_t>(64, 2 * table_.size()), 0);
  for (std::uint32_t number = 0; number < starts_.size(); ++number)
    table_[place_of(name_of(number))] = number + 1;
}

std::optional<Record> to_record(const Entry& entry, Destinations& destinations) {
  if (!is_id(entry.id) || entry.id[0] > 'f') return std::nullopt;
  std::uint64_t id = 0;
  for (const char c : entry.id) id = id << 5 | digit(c);
  const auto destination = destinations.number_of(entry.destination);
  if (!destination) return std::nullopt;
  return Record{entry.due << 24 | *destination, id};
}

Entry to_entry(const Record& record, const Destinations& destinations) {
  return {record.due(), id_text(record.id), std::string(destinations.name_of(record.destination()))};
}

std::string id_text(std::uint64_t id) {
  std::string out(id_length, '0');
  for (auto at = out.rbegin(); at != out.rend(); ++at, id >>= 5) *at = digits[id & 31];
  return out;
}

void Schedule::add(const Record& record) {
  heap_.push_back(record);
  std::push_heap(heap_.begin(), heap_.end(), later);
  // Whoever may knock may say the same name for ever.
  if (++added_ > heap_.size() / 2 + 10'000) drop_doubles();
}

void Schedule::drop_doubles() {
  // What is sorted is a heap as well.
  std::sort(heap_.begin(), heap_.end());
  heap_.erase(std::unique(heap_.begin(), heap_.end()), heap_.end());
  added_ = 0;
}

void Schedule::merge(unsigned bucket, std::vector<Record> found) {
  std::sort(found.begin(), found.end());
  std::vector<bool> known(found.size());
  for (const auto& record : heap_) {
    if (record.bucket() != bucket) continue;
    const auto at = std::lower_bound(found.begin(), found.end(), record);
    if (at != found.end() && *at == record) known[static_cast<std::size_t>(at - found.begin())] = true;
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!known[i]) heap_.push_back(found[i]);
  }
  std::make_heap(heap_.begin(), heap_.end(), later);
}

std::optional<std::uint64_t> Schedule::next_due() const {
  return heap_.empty() ? std::nullopt : std::optional(heap_.front().due());
}

Record Schedule::take() {
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const auto out = heap_.back();
  heap_.pop_back();
  return out;
}

void Schedule::renumber(const std::function<Record(const Record&)>& changed) {
  std::transform(heap_.begin(), heap_.end(), heap_.begin(), changed);
  std::make_heap(heap_.begin(), heap_.end(), later);
}

}  // namespace spool
