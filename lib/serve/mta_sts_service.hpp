// The work of mta-sts(8): policies of domains, remembered, and fetched where they are new.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "net/mta_sts_fetch.hpp"
#include "net/mta_sts_line.hpp"
#include "serve/mta_sts_cache.hpp"

namespace serve {

constexpr std::uint64_t sts_refresh = 86'400;  // seconds, after which a policy is fetched again, old or not
constexpr std::uint64_t sts_patience = 300;  // seconds between two attempts that fail (RFC 8461 section 3.3)

class StsService {
 public:
  using Fetch = std::function<base::Result<std::string>(const net::StsQuestion&)>;

  StsService(StsCache cache, Fetch fetch) : cache_(std::move(cache)), fetch_(std::move(fetch)) {}

  /// The policy that holds at `now` (seconds since 1970).
  net::StsAnswer answer(const net::StsQuestion& question, std::uint64_t now);

  /// Reads questions from `in` until its end and writes an answer to each to `out`. Exit::data: a line was
  /// none; it has been complained about, the others were answered.
  base::Result<int> answer_lines(int in, int out);

 private:
  net::StsAnswer fetch(const net::StsQuestion& question, StsRecord record, net::StsAnswer known,
                       std::uint64_t now);

  StsCache cache_;
  Fetch fetch_;
};

/// Has a process of its own talk to other hosts, one that can open no file that is anybody's.
StsService::Fetch fetch_apart(const net::StsFetchTerms& terms);

/// Each packet on `control` brings the stream socket of a channel, which gets a process of its own. Ends when
/// nobody has the other end of `control` any more.
base::Result<int> serve_sts_channels(const std::string& directory, const net::StsFetchTerms& terms,
                                     int control);

/// From now on this process can do nothing but ask `fetch_apart()` and keep files in the directory.
base::Result<void> confine_to_cache(const std::string& directory);

}  // namespace serve
