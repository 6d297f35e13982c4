// What servers write about a client into the comments of Received: no standard says how, so each piece is
// told by its look. Pure.
#pragma once

#include <string_view>

namespace header {

struct Received;

/// True for an address of IPv4 or IPv6 and nothing else.
bool is_ip_address(std::string_view text);

/// "[IPv6:::1]" and "192.0.2.1:25" without what is around the address; else the text without its brackets.
std::string_view bare_address(std::string_view text);

/// Fills what is not known yet about the client from a comment behind its name.
void read_client_comment(std::string_view comment, Received& out);

/// Fills version and cipher of TLS from any comment or word.
void read_tls(std::string_view text, Received& out);

}  // namespace header
