#include "net/rates.hpp"

namespace net {

std::size_t Rates::size() {
  return std::tuple_size_v<decltype(tallies_)> * Tally::size();
}

base::Result<Rates> Rates::create() {
  TRY_ASSIGN(const auto memory, fs::CommonMemory::make(size()));
  return create(memory, 0);
}

base::Result<Rates> Rates::create(const fs::CommonMemory& memory, std::size_t offset) {
  Rates out;
  for (auto& one : out.tallies_) {
    TRY_ASSIGN(one, Tally::make(memory, offset));
    offset += Tally::size();
  }
  return out;
}

bool Rates::count(What what, const std::string& address, std::uint64_t most, std::uint64_t seconds) const {
  const auto minute = static_cast<std::uint32_t>(seconds / 60 * 60);
  return most == 0 || tallies_[static_cast<std::size_t>(what)].add(address, minute, 0) <= most;
}

}  // namespace net
