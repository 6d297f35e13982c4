#include "net/rates.hpp"

#include <atomic>
#include <cstring>

#include "net/network.hpp"

namespace net {

namespace {

constexpr std::size_t slots = 1 << 14;
constexpr std::size_t group = 8;  // slots that one source may be in

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27) * 0x94D049BB133111EBU;
  return value ^ value >> 31;
}

/// What is no address is one source of its own.
std::uint64_t number_of(const std::string& address) {
  auto octets = source_of(address);
  if (octets.empty()) return ~std::uint64_t{0};
  // An IPv4 address stands where no network of IPv6 has its bits: in 0::/32.
  octets.insert(0, 8 - octets.size(), '\0');
  std::uint64_t out = 0;
  std::memcpy(&out, octets.data(), sizeof out);
  return out;
}

/// Not the one before: a process that was about to count when the minute began changes nothing.
bool is_over(std::uint32_t minute, std::uint32_t now) {
  return minute < now || minute - now > 1;
}

}  // namespace

struct Rates::Slot {
  std::atomic<std::uint64_t> key;
  std::atomic<std::uint32_t> minute;
  std::atomic<std::uint32_t> counts[2];

  /// Those that are free, or of a time that is still to come, since the clock was set: first.
  std::uint32_t rank(std::uint32_t now) const {
    const auto of = minute.load();
    return of > now + 1 ? 0 : of;
  }
  void clear() {
    for (auto& count : counts) count = 0;
  }
};

namespace {

constexpr std::size_t slot_size = 24;
constexpr std::size_t table_size = slots * slot_size;
static_assert(table_size % 4096 == 0);

}  // namespace

std::size_t Rates::size() {
  return 2 * table_size;
}

base::Result<Rates> Rates::create() {
  TRY_ASSIGN(const auto memory, fs::CommonMemory::make(size()));
  return create(memory, 0);
}

base::Result<Rates> Rates::create(const fs::CommonMemory& memory, std::size_t offset) {
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free && sizeof(Slot) == slot_size);
  Rates out;
  out.seed_ = memory.seed();
  // Zeros are what new slots hold.
  TRY_ASSIGN(out.doors_, memory.map(offset, table_size));
  TRY_ASSIGN(out.mail_, memory.map(offset + table_size, table_size));
  return out;
}

Rates::Slot& Rates::slot_of(void* table, std::uint64_t key, std::uint32_t minute) {
  // The last bit of a key is always set.
  Slot* const first = static_cast<Slot*>(table) + (key >> 1) % (slots / group) * group;
  Slot* oldest = first;
  for (Slot* slot = first; slot < first + group; ++slot) {
    if (slot->key == key) return *slot;
    if (slot->rank(minute) < oldest->rank(minute)) oldest = slot;
  }
  auto before = oldest->key.load();
  if (oldest->key.compare_exchange_strong(before, key)) {
    oldest->minute = minute;
    oldest->clear();
  }
  return *oldest;
}

bool Rates::count(What what, const std::string& address, std::uint64_t most, std::uint64_t seconds) const {
  const auto place = static_cast<std::size_t>(what);
  void* const table = place < 2 ? doors_.get() : mail_.get();
  if (most == 0 || table == nullptr) return true;
  // A slot that nobody has yet holds the key 0 and the minute 0.
  const auto minute = static_cast<std::uint32_t>(seconds / 60 + 1);
  auto& slot = slot_of(table, mix(number_of(address) ^ seed_) | 1, minute);
  auto before = slot.minute.load();
  if (is_over(before, minute) && slot.minute.compare_exchange_strong(before, minute)) slot.clear();
  return ++slot.counts[place % 2] <= most;
}

}  // namespace net
