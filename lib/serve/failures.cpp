#include "serve/failures.hpp"

#include "net/network.hpp"

namespace serve {

std::size_t Failures::size() {
  return net::Tally::size();
}

base::Result<Failures> Failures::make(std::uint32_t most, std::uint32_t window) {
  TRY_ASSIGN(const auto memory, fs::CommonMemory::make(size()));
  return make(memory, 0, most, window);
}

base::Result<Failures> Failures::make(const fs::CommonMemory& memory, std::size_t offset, std::uint32_t most,
                                      std::uint32_t window) {
  TRY_ASSIGN(auto tally, net::Tally::make(memory, offset));
  return Failures(std::move(tally), most, window);
}

void Failures::add(const std::string& address, std::uint32_t now) {
  if (!net::source_of(address).empty()) (void)tally_.add(address, now, window_);
}

bool Failures::too_many(const std::string& address, std::uint32_t now) const {
  return most_ > 0 && tally_.count(address, now, window_) >= most_;
}

}  // namespace serve
