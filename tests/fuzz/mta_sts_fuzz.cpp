// Any octets as an MTA-STS policy, as its record, and as MX and TLSA records.
#include <cstdint>
#include <cstdlib>

#include "net/dns_record.hpp"
#include "net/mta_sts.hpp"
#include "net/mx.hpp"
#include "net/mx_tlsa.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto policy = net::parse_sts_policy(text)) {
    if (policy->max_age > net::sts_longest_age) std::abort();
    if (policy->mode != net::StsPolicy::Mode::none && policy->mx.empty()) std::abort();
    for (const auto& pattern : policy->mx) {
      const bool any = pattern.starts_with("*.");
      if (!policy->allows(any ? "a" + pattern.substr(1) : pattern)) std::abort();
    }
    (void)policy->allows(text);
  }
  if (const auto id = net::sts_id({std::string(text)}); id && !net::is_sts_id(*id)) std::abort();
  const auto one = net::parse_exchanger(text);
  if (one && one->name != "." && !net::is_domain_name(one->name)) std::abort();
  if (net::is_usable_tlsa(text) && text.size() < 8) std::abort();
  return 0;
}
