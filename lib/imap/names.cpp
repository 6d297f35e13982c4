#include "imap/names.hpp"

#include <string.h>

#include <utility>

namespace imap {

namespace {

constexpr std::uint32_t empty = UINT32_MAX;
constexpr std::size_t first_slots = 64;
constexpr std::uint64_t odd = 0x9E3779B97F4A7C15;  // 2^64 by the golden ratio

/// Both halves of a product: every bit of both factors counts.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const auto product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

// Where a process keeps its memory is chance.
Names::Names() : slots_(first_slots, {0, empty}), seed_(reinterpret_cast<std::uintptr_t>(slots_.data())) {
  seed_ = mix(seed_, odd) ^ reinterpret_cast<std::uintptr_t>(this);
}

std::uint32_t Names::hash(std::string_view text) const {
  auto out = seed_ ^ text.size();
  while (!text.empty()) {
    std::uint64_t part = 0;
    const auto size = text.size() < sizeof(part) ? text.size() : sizeof(part);
    memcpy(&part, text.data(), size);
    out = mix(out ^ part, odd);
    text.remove_prefix(size);
  }
  return static_cast<std::uint32_t>(mix(out, odd));
}

std::string_view Names::operator[](std::uint32_t number) const {
  const auto begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(text_).substr(begin, ends_[number] - begin);
}

std::uint32_t Names::number(std::string_view text) {
  const auto key = hash(text);
  auto at = key & (slots_.size() - 1);
  for (; slots_[at].number != empty; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].hash == key && (*this)[slots_[at].number] == text) return slots_[at].number;
  }
  const auto out = static_cast<std::uint32_t>(ends_.size());
  slots_[at] = {key, out};
  text_ += text;
  ends_.push_back(text_.size());
  if (2 * ends_.size() > slots_.size()) grow();
  return out;
}

void Names::grow() {
  const auto old = std::exchange(slots_, std::vector<Slot>(4 * slots_.size(), Slot{0, empty}));
  for (const auto& slot : old) {
    if (slot.number == empty) continue;
    auto at = slot.hash & (slots_.size() - 1);
    while (slots_[at].number != empty) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

}  // namespace imap
