#include "net/tally.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "net/network.hpp"

namespace net {

namespace {

constexpr std::size_t slot_count = 1 << 14;
constexpr std::size_t group = 8;  // slots that one source may be in
constexpr std::uint32_t a_little = 60;

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27) * 0x94D049BB133111EBU;
  return value ^ value >> 31;
}

std::uint64_t number_of(const std::string& address) {
  auto octets = source_of(address);
  if (octets.empty()) return ~std::uint64_t{0};
  // An IPv4 address stands where no network of IPv6 has its bits: in 0::/32.
  octets.insert(0, 8 - octets.size(), '\0');
  std::uint64_t out = 0;
  std::memcpy(&out, octets.data(), sizeof out);
  return out;
}

/// How many, above, and the time of the last, below: both change at once.
std::uint64_t entry(std::uint32_t count, std::uint32_t time) {
  return std::uint64_t{count} << 32 | time;
}

std::uint32_t count_in(std::uint64_t entry) {
  return static_cast<std::uint32_t>(entry >> 32);
}

std::uint32_t time_in(std::uint64_t entry) {
  return static_cast<std::uint32_t>(entry);
}

/// Of a time that is far ahead, more than there can be.
std::uint32_t age(std::uint64_t entry, std::uint32_t now) {
  const auto passed = now - time_in(entry);
  return passed > UINT32_MAX - a_little ? 0 : passed;
}

std::uint64_t one_more(std::uint64_t before, std::uint32_t now, std::uint32_t window) {
  if (age(before, now) > window) return entry(1, now);
  const bool later = now - time_in(before) <= window;
  const auto count = std::min(count_in(before), UINT32_MAX - 1) + 1;
  return entry(count, later ? now : time_in(before));
}

}  // namespace

struct Tally::Slot {
  std::atomic<std::uint64_t> key;  // 0: free
  std::atomic<std::uint64_t> entry;

  std::uint32_t rest(std::uint32_t now) const { return key == 0 ? UINT32_MAX : age(entry, now); }
};

std::size_t Tally::size() {
  static_assert(sizeof(Slot) == 16 && std::atomic<std::uint64_t>::is_always_lock_free);
  return slot_count * sizeof(Slot);
}

base::Result<Tally> Tally::make(const fs::CommonMemory& memory, std::size_t offset) {
  // Zeros are what new slots hold.
  TRY_ASSIGN(auto slots, memory.map(offset, size()));
  return Tally(std::move(slots), memory.seed());
}

std::uint64_t Tally::key_of(const std::string& address) const {
  return mix(number_of(address) ^ seed_) | 1;
}

/// The last bit of a key is always set.
Tally::Slot* Tally::group_of(std::uint64_t key) const {
  return static_cast<Slot*>(slots_.get()) + (key >> 1) % (slot_count / group) * group;
}

Tally::Slot* Tally::find(std::uint64_t key) const {
  Slot* const first = group_of(key);
  Slot* const found = std::find_if(first, first + group, [&](const Slot& slot) { return slot.key == key; });
  return found == first + group ? nullptr : found;
}

/// The one that has been silent for longest makes room; nothing, if another source has just taken it. It is
/// free before it is this one's: whoever looks for `key` meanwhile must not find what another has counted.
Tally::Slot* Tally::take(std::uint64_t key, std::uint32_t now) const {
  Slot* const first = group_of(key);
  Slot* const oldest = std::max_element(
      first, first + group, [&](const Slot& a, const Slot& b) { return a.rest(now) < b.rest(now); });
  auto before = oldest->key.load();
  if (before == key) return oldest;
  if (!oldest->key.compare_exchange_strong(before, 0)) return nullptr;
  oldest->entry = 0;
  before = 0;
  return oldest->key.compare_exchange_strong(before, key) || before == key ? oldest : nullptr;
}

std::uint32_t Tally::add(const std::string& address, std::uint32_t now, std::uint32_t window) const {
  if (!slots_) return 0;
  const auto key = key_of(address);
  Slot* slot = find(key);
  if (slot == nullptr) slot = take(key, now);
  if (slot == nullptr) return 1;
  auto before = slot->entry.load();
  auto after = one_more(before, now, window);
  while (!slot->entry.compare_exchange_weak(before, after)) after = one_more(before, now, window);
  return count_in(after);
}

std::uint32_t Tally::count(const std::string& address, std::uint32_t now, std::uint32_t window) const {
  const Slot* const slot = slots_ ? find(key_of(address)) : nullptr;
  if (slot == nullptr) return 0;
  const auto entry = slot->entry.load();
  return age(entry, now) <= window ? count_in(entry) : 0;
}

}  // namespace net
