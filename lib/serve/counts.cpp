#include "serve/counts.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "fs/common_memory.hpp"
#include "proc/keys.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

std::size_t whole_size() {
  return Failures::size() + net::Rates::size();
}

base::Result<fs::CommonMemory> open_memory(const proc::Options& given) {
  const auto path = given.get("counts");
  if (path.empty()) return fs::CommonMemory::make(whole_size());
  const bool standard = path == proc::standard_counts();
  // Gone with the memory at every start of the host, and who starts programs from inetd has nobody to make
  // it.
  if (standard && geteuid() == 0) (void)mkdir(path.substr(0, path.rfind('/')).c_str(), 0755);
  auto memory = fs::CommonMemory::open(path, whole_size());
  if (memory) return memory;
  if (!standard || memory.error().code == base::Exit::configuration)
    return base::fail(memory.error().code, "counts: " + memory.error().what);
  // Whoever calls on behalf of a user of this host has no limits to lose.
  if (!given.has("relay")) proc::log("-", "counts-alone", {{"reason", memory.error().what}});
  return fs::CommonMemory::make(whole_size());
}

base::Result<Failures> failures_in(const fs::CommonMemory& memory, const proc::Options& given) {
  TRY_ASSIGN(const auto most, given.number("max-login-failures", 0, 1'000'000));
  TRY_ASSIGN(const auto window, given.number("login-failure-window", 1, 604'800));
  return Failures::make(memory, 0, static_cast<std::uint32_t>(most), static_cast<std::uint32_t>(window));
}

}  // namespace

base::Result<Counts> open_counts(const proc::Options& given) {
  TRY_ASSIGN(const auto memory, open_memory(given));
  TRY_ASSIGN(auto failures, failures_in(memory, given));
  TRY_ASSIGN(auto rates, net::Rates::create(memory, Failures::size()));
  return Counts{std::move(failures), std::move(rates)};
}

base::Result<Failures> open_failures(const proc::Options& given) {
  TRY_ASSIGN(const auto memory, open_memory(given));
  return failures_in(memory, given);
}

base::Result<net::Rates> open_rates(const proc::Options& given) {
  TRY_ASSIGN(const auto memory, open_memory(given));
  return net::Rates::create(memory, Failures::size());
}

}  // namespace serve
