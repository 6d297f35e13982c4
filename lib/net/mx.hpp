// Which hosts take mail for a domain, and in which order (RFC 5321 section 5.1, RFC 7505). Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace net {

struct Exchanger {
  std::uint16_t preference = 0;  // the lowest is tried first
  std::string name;              // lower case, without a dot at its end; "." says that there is none

  friend bool operator==(const Exchanger&, const Exchanger&) = default;
};

/// A record as rdata_text() writes it. Nothing: its name is none that may be asked for.
std::optional<Exchanger> parse_exchanger(std::string_view record);

/// By preference; `below(n)` chooses among the first n of those that are alike (RFC 5321 section 5.1: in
/// random order). What is none, and "." beside others, is left out, and a name that comes again.
std::vector<Exchanger> in_order(const std::vector<std::string>& records,
                                const std::function<std::size_t(std::size_t)>& below);

/// The domain says that it takes no mail (RFC 7505): its only record is ".".
bool is_null_mx(const std::vector<std::string>& records);

/// Leaves what is better than the best one for which `is_ours` holds, so that mail never comes back (RFC 5321
/// section 5.1). True: there was one.
bool drop_from_ours(std::vector<Exchanger>& ordered, const std::function<bool(const Exchanger&)>& is_ours);

}  // namespace net
