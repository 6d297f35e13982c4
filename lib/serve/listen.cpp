#include "serve/listen.hpp"

namespace serve {

base::Result<net::AcceptLimits> accept_limits(const proc::Options& given) {
  net::AcceptLimits out;
  TRY_ASSIGN(out.total, given.number("max-connections", 1, 1'000'000));
  TRY_ASSIGN(out.per_source, given.number("max-connections-per-source", 1, 1'000'000));
  return out;
}

}  // namespace serve
