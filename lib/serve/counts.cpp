#include "serve/counts.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "proc/keys.hpp"

namespace serve {

namespace {

std::size_t whole_size() {
  return Failures::size() + net::Rates::size();
}

}  // namespace

base::Result<Counts> Counts::open(const proc::Options& given) {
  const auto path = given.get("counts");
  if (!path.empty()) {
    const bool standard = path == proc::standard_counts();
    // Gone with the memory at every start of the host, and who starts programs from inetd has nobody to make
    // it.
    if (standard && geteuid() == 0) (void)mkdir(path.substr(0, path.rfind('/')).c_str(), 0755);
    auto memory = fs::CommonMemory::open(path, whole_size());
    if (memory) return Counts(std::move(*memory));
    if (!standard || memory.error().code == base::Exit::configuration)
      return base::fail(memory.error().code, "counts: " + memory.error().what);
  }
  TRY_ASSIGN(auto memory, fs::CommonMemory::make(whole_size()));
  return Counts(std::move(memory));
}

base::Result<Failures> Counts::failures(const proc::Options& given) const {
  TRY_ASSIGN(const auto most, given.number("max-login-failures", 0, 1'000'000));
  TRY_ASSIGN(const auto window, given.number("login-failure-window", 1, 604'800));
  return Failures::make(memory_, 0, static_cast<std::uint32_t>(most), static_cast<std::uint32_t>(window));
}

base::Result<net::Rates> Counts::rates() const {
  return net::Rates::create(memory_, Failures::size());
}

}  // namespace serve
