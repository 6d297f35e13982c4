// Record types that mail asks for (RFC 1035, 3596, 6698), their data as text, and the names under which the
// DNS keeps what belongs to an address. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace net {

enum class RecordType : std::uint16_t { a = 1, cname = 5, ptr = 12, mx = 15, txt = 16, aaaa = 28, tlsa = 52 };

/// In any case of letters.
std::optional<RecordType> parse_record_type(std::string_view text);
std::string_view name_of(RecordType type);

constexpr std::size_t domain_name_limit = 255;  // octets of a name in the DNS, RFC 1035 section 2.3.4

/// The data of one record as it is on the wire, names not compressed: an address; `preference name`; the
/// strings of a TXT record put together; `usage selector matching hex`; a name without the dot at its end.
/// Octets of names that are no letters, digits, `-` or `_` become `\DDD` as in zone files; those of TXT stay
/// what they are. Nothing: it is no such data.
std::optional<std::string> rdata_text(RecordType type, std::string_view data);

/// `2.0.0.127` for 127.0.0.2, and the 32 digits of an IPv6 address, last one first (RFC 1035 section 3.5, RFC
/// 3596 section 2.5, RFC 5782 section 2.4); an IPv4 address mapped into IPv6 is one of IPv4. Nothing: no
/// address.
std::optional<std::string> reversed_address(const std::string& address);

/// Where the DNS has the names of an address: reversed_address() below in-addr.arpa or ip6.arpa.
std::optional<std::string> reverse_name(const std::string& address);

/// Whether a question about it may be asked: labels of 1 to 63 printable ASCII characters, 253 in all,
/// perhaps a dot at the end.
bool is_domain_name(std::string_view name);

}  // namespace net
