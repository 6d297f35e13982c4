#include "serve/reception_options.hpp"

#include "serve/host_name.hpp"

namespace serve {

base::Result<Reception> reception_options(const proc::Options& given) {
  Reception out;
  TRY_ASSIGN(out.server.hostname, host_name(given));
  out.server.submission = given.has("submission");
  out.server.lmtp = given.has("lmtp");
  if (out.server.lmtp && out.server.submission)
    return base::fail(base::Exit::usage, "--lmtp and --submission exclude each other");
  TRY_ASSIGN(out.server.verify, given.yes("verify"));
  TRY_ASSIGN(out.server.expand, given.yes("expand"));
  out.spool = given.get("spool");
  TRY_ASSIGN(const auto delay, given.number("greylist", 0, 86'400));
  if (delay > 0) out.memory = given.get("greylist-dir");
  TRY_ASSIGN(out.server.max_size, given.number("max-size", 1024, std::uint64_t{1} << 40));
  TRY_ASSIGN(out.server.max_recipients, given.number("max-recipients", 100, 100'000));
  TRY_ASSIGN(out.server.min_by, given.number("deliver-by-min", 0, 86'400));
  TRY_ASSIGN(out.max_hops, given.number("max-hops", 1, 10'000));
  TRY_ASSIGN(out.tarpit, given.number("tarpit", 0, 60));
  TRY_ASSIGN(out.seconds, given.number("timeout", 1, 3600));
  return out;
}

}  // namespace serve
