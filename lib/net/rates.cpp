#include "net/rates.hpp"

#include <arpa/inet.h>

#include <atomic>
#include <cstring>

namespace net {

namespace {

constexpr std::size_t slots = 1 << 14;
constexpr std::size_t group = 8;  // slots that one source may be in

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27) * 0x94D049BB133111EBU;
  return value ^ value >> 31;
}

/// The part of an address that one client cannot choose; what is no address is one source of its own.
std::uint64_t source_of(const std::string& address) {
  std::uint8_t bits[16] = {};
  std::uint64_t out = 0;
  if (inet_pton(AF_INET, address.c_str(), bits) == 1) {
    std::memcpy(&out, bits, 4);
    return out;
  }
  if (inet_pton(AF_INET6, address.c_str(), bits) != 1) return ~std::uint64_t{0};
  constexpr std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const bool v4 = std::memcmp(bits, mapped, sizeof mapped) == 0;
  std::memcpy(&out, v4 ? bits + 12 : bits, v4 ? 4 : 8);
  return out;
}

}  // namespace

struct Rates::Slot {
  std::atomic<std::uint64_t> key;
  std::atomic<std::uint32_t> minute;
  std::atomic<std::uint32_t> counts[4];
};

std::size_t Rates::size() {
  return slots * sizeof(Slot);
}

base::Result<Rates> Rates::create() {
  TRY_ASSIGN(const auto memory, fs::CommonMemory::make(size()));
  return create(memory, 0);
}

base::Result<Rates> Rates::create(const fs::CommonMemory& memory, std::size_t offset) {
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
  Rates out;
  out.seed_ = memory.seed();
  // Zeros are what new slots hold.
  TRY_ASSIGN(out.table_, memory.map(offset, size()));
  return out;
}

Rates::Slot& Rates::slot_of(std::uint64_t key, std::uint32_t minute) const {
  Slot* const first = static_cast<Slot*>(table_.get()) + key % (slots / group) * group;
  Slot* oldest = first;
  for (Slot* slot = first; slot < first + group; ++slot) {
    if (slot->key == key) return *slot;
    if (slot->minute < oldest->minute) oldest = slot;
  }
  auto before = oldest->key.load();
  if (oldest->key.compare_exchange_strong(before, key)) {
    oldest->minute = minute;
    for (auto& count : oldest->counts) count = 0;
  }
  return *oldest;
}

bool Rates::count(What what, const std::string& address, std::uint64_t most, std::uint64_t seconds) const {
  if (most == 0 || !table_) return true;
  // A slot that nobody has yet holds the key 0 and the minute 0.
  const auto minute = static_cast<std::uint32_t>(seconds / 60 + 1);
  auto& slot = slot_of(mix(source_of(address) ^ seed_) | 1, minute);
  auto before = slot.minute.load();
  if (before != minute && slot.minute.compare_exchange_strong(before, minute)) {
    for (auto& count : slot.counts) count = 0;
  }
  return ++slot.counts[static_cast<std::size_t>(what)] <= most;
}

}  // namespace net
