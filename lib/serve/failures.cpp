#include "serve/failures.hpp"

#include <string.h>

#include <string_view>
#include <utility>

#include "codec/hmac.hpp"
#include "net/network.hpp"

namespace serve {

namespace {

constexpr std::size_t slot_count = 8192;
constexpr std::size_t near = 8;  // slots that one source may have

std::uint32_t time_in(std::uint64_t failures) {
  return static_cast<std::uint32_t>(failures);
}

std::uint32_t count_in(std::uint64_t failures) {
  return static_cast<std::uint32_t>(failures >> 32);
}

/// Seconds since then. Processes read the clock one behind the other, so one may have been a little ahead;
/// what is far ahead was written before the host started.
std::uint32_t age(std::uint64_t failures, std::uint32_t now) {
  constexpr std::uint32_t a_little = 60;
  const auto passed = now - time_in(failures);
  return passed > UINT32_MAX - a_little ? 0 : passed;
}

}  // namespace

std::size_t Failures::size() {
  return slot_count * sizeof(Slot);
}

base::Result<Failures> Failures::make(std::uint32_t most, std::uint32_t window) {
  TRY_ASSIGN(const auto memory, fs::CommonMemory::make(size()));
  return make(memory, 0, most, window);
}

base::Result<Failures> Failures::make(const fs::CommonMemory& memory, std::size_t offset, std::uint32_t most,
                                      std::uint32_t window) {
  TRY_ASSIGN(auto slots, memory.map(offset, size()));
  return Failures(std::move(slots), memory.seed(), most, window);
}

std::uint64_t Failures::source_of(const std::string& address) const {
  const auto octets = net::source_of(address);
  if (!slots_ || octets.empty()) return 0;
  const auto hash = codec::hmac_sha256({reinterpret_cast<const char*>(&seed_), sizeof seed_}, octets);
  std::uint64_t out = 0;
  memcpy(&out, hash.data(), sizeof out);
  return out == 0 ? 1 : out;
}

Failures::Slot* Failures::find(std::uint64_t source) const {
  for (std::size_t i = 0; i < near; ++i) {
    auto& slot = static_cast<Slot*>(slots_.get())[(source + i) % slot_count];
    if (slot.source.load() == source) return &slot;
  }
  return nullptr;
}

void Failures::add(const std::string& address, std::uint32_t now) {
  const auto source = source_of(address);
  if (source == 0) return;
  Slot* slot = find(source);
  if (slot == nullptr) {
    // The one that has been silent for longest makes room; two processes that take the same lose one count.
    auto* const slots = static_cast<Slot*>(slots_.get());
    slot = &slots[source % slot_count];
    for (std::size_t i = 1; i < near; ++i) {
      auto& other = slots[(source + i) % slot_count];
      if (age(other.failures.load(), now) > age(slot->failures.load(), now)) slot = &other;
    }
    slot->failures.store(0);
    slot->source.store(source);
  }
  auto before = slot->failures.load();
  std::uint64_t after = 0;
  do {
    const std::uint64_t count = age(before, now) <= window_ ? count_in(before) : 0;
    after = (count + 1) << 32 | now;
  } while (!slot->failures.compare_exchange_weak(before, after));
}

bool Failures::too_many(const std::string& address, std::uint32_t now) const {
  const auto source = source_of(address);
  const Slot* slot = source == 0 || most_ == 0 ? nullptr : find(source);
  if (slot == nullptr) return false;
  const auto failures = slot->failures.load();
  return age(failures, now) <= window_ && count_in(failures) >= most_;
}

}  // namespace serve
