// What greylisting remembers about a client, a sender and a recipient that have come together, or about a
// network: a line of fixed width that a person can read, so that one is replaced in place. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace net {

constexpr std::size_t greylist_record_size = 160;  // octets, with the line end
constexpr std::size_t greylist_key_size = 20;      // hexadecimal digits

struct GreylistRecord {
  std::uint64_t first = 0;   // seconds since 1970: when they came first
  std::uint64_t last = 0;    // and last
  std::uint64_t passes = 0;  // how often they were let in
  std::string key;           // what is compared
  std::string about;         // for people; cut where it does not fit

  friend bool operator==(const GreylistRecord&, const GreylistRecord&) = default;
};

/// Exactly greylist_record_size octets; numbers that do not fit become the largest that do.
std::string to_text(const GreylistRecord& record);

/// Nothing: these octets are no record, as after a crash.
std::optional<GreylistRecord> parse_greylist_record(std::string_view text);

/// The network that counts as one source, IPv4's first 24 bits or IPv6's first 64, as `192.0.2.0/24`; what is
/// no address stays as it is.
std::string source_network(const std::string& address);

}  // namespace net
