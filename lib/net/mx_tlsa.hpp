// TLSA records as senders of mail use them (RFC 6698, RFC 7672 section 3.1). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace net {

/// `_25._tcp.mx.example.org`; empty: no name to ask for.
std::string tlsa_name(std::uint16_t port, std::string_view host);

/// Whether a record, as rdata_text() writes it, can be checked: usage 2 (a trust anchor) or 3 (the server's
/// own), a known selector, and a digest that has its length.
bool is_usable_tlsa(std::string_view record);

/// Those of them.
std::vector<std::string> usable_tlsa(const std::vector<std::string>& records);

}  // namespace net
