#include "spool/schedule.hpp"

#include <algorithm>
#include <utility>

#include "spool/id.hpp"

namespace spool {

namespace {

constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
constexpr auto later = std::greater<Record>();
constexpr std::size_t block_size = 64 * 1024;  // octets
constexpr std::size_t moved_at_once = 16;      // places: with each name there are two more

std::uint64_t digit(char c) {
  return static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

}  // namespace

std::string_view Destinations::name_of(std::uint32_t number) const {
  const auto place = places_[number];
  const char* const at = blocks_[place / block_size].get() + place % block_size;
  return {at + 1, static_cast<unsigned char>(*at)};
}

std::size_t Destinations::place_of(const Table& table, std::string_view name) const {
  const std::size_t mask = table.size() - 1;
  std::size_t place = std::hash<std::string_view>()(name) & mask;
  while (table[place] != 0 && name_of(table[place] - 1) != name) place = (place + 1) & mask;
  return place;
}

std::optional<std::uint32_t> Destinations::number_of(std::string_view name) {
  if (2 * size() >= table_.size()) grow();
  move_some();
  const auto place = place_of(table_, name);
  if (table_[place] != 0) return table_[place] - 1;
  if (!old_.empty()) {
    if (const auto number = old_[place_of(old_, name)]; number != 0) return number - 1;
  }
  if (size() == most || name.size() > UINT8_MAX) return std::nullopt;
  table_[place] = keep(name) + 1;
  return table_[place] - 1;
}

std::uint32_t Destinations::keep(std::string_view name) {
  if (blocks_.empty() || filled_ + 1 + name.size() > block_size) {
    blocks_.push_back(std::make_unique<char[]>(block_size));
    filled_ = 0;
  }
  char* const at = blocks_.back().get() + filled_;
  *at = static_cast<char>(name.size());
  std::copy(name.begin(), name.end(), at + 1);
  places_.push_back(static_cast<std::uint32_t>((blocks_.size() - 1) * block_size + filled_));
  filled_ += 1 + name.size();
  return static_cast<std::uint32_t>(size() - 1);
}

void Destinations::grow() {
  // The old one has been moved long before it is half full again.
  old_ = std::exchange(table_, Table(std::max<std::size_t>(64, 2 * table_.size())));
  moved_ = 0;
}

void Destinations::move_some() {
  const auto end = std::min(moved_ + moved_at_once, old_.size());
  for (; moved_ < end; ++moved_) {
    if (const auto number = old_[moved_]; number != 0) table_[place_of(table_, name_of(number - 1))] = number;
  }
  if (moved_ == old_.size()) old_ = {};
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

Schedule::Schedule() {
  // Also where nothing was put yet a node names one below it: nobody looks again at a node when a part that
  // is not below it changes.
  for (unsigned node = parts - 1; node > 0; --node) firsts_[node] = first_of(2 * node);
}

bool Schedule::is_before(First a, First b) const {
  const auto& one = parts_[a].heap;
  const auto& other = parts_[b].heap;
  return !one.empty() && (other.empty() || one.front() < other.front());
}

void Schedule::settle(unsigned part) {
  for (unsigned node = (parts + part) / 2; node > 0; node /= 2) {
    const auto left = first_of(2 * node), right = first_of(2 * node + 1);
    firsts_[node] = is_before(right, left) ? right : left;
  }
}

void Schedule::add(const Record& record) {
  const auto number = part_of(record);
  auto& [heap, added] = parts_[number];
  heap.push_back(record);
  std::push_heap(heap.begin(), heap.end(), later);
  ++size_;
  // Whoever may knock may say the same name for ever.
  if (++added > heap.size() / 2 + 100) merge(number, {});
  settle(number);
}

void Schedule::merge(unsigned part, std::vector<Record> found) {
  auto& [heap, added] = parts_[part];
  size_ -= heap.size();
  heap.insert(heap.end(), found.begin(), found.end());
  // What is sorted is a heap as well.
  std::sort(heap.begin(), heap.end());
  heap.erase(std::unique(heap.begin(), heap.end()), heap.end());
  size_ += heap.size();
  added = 0;
  settle(part);
}

std::optional<std::uint64_t> Schedule::next_due() const {
  const auto& heap = parts_[firsts_[1]].heap;
  return heap.empty() ? std::nullopt : std::optional(heap.front().due());
}

Record Schedule::take() {
  const unsigned part = firsts_[1];
  auto& heap = parts_[part].heap;
  std::pop_heap(heap.begin(), heap.end(), later);
  const auto out = heap.back();
  heap.pop_back();
  if (heap.empty()) heap.shrink_to_fit();
  --size_;
  settle(part);
  return out;
}

void Schedule::renumber(const std::function<Record(const Record&)>& changed) {
  for (unsigned part = 0; part < parts; ++part) {
    auto& heap = parts_[part].heap;
    std::transform(heap.begin(), heap.end(), heap.begin(), changed);
    std::make_heap(heap.begin(), heap.end(), later);
    settle(part);
  }
}

}  // namespace spool
