// What is known after a handshake, as the variables that programs read (names of mod_ssl where it has one).
#pragma once

#include <string>

struct ssl_st;
struct x509_st;

namespace net {

/// `NAME=value` and a NUL for each, and one more NUL: SSL_PROTOCOL SSL_CIPHER SSL_CIPHER_USEKEYSIZE
/// SSL_TLS_SNI SSL_CLIENT_VERIFY (NONE or SUCCESS) SSL_CLIENT_S_DN SSL_CLIENT_SAN_Email_0 TLS_EXPORTER
/// TLS_SERVER_END_POINT (both hexadecimal; RFC 9266, RFC 5929). Those without a value are not there; values
/// hold no control characters, and at most 1000 octets.
std::string tls_variables(ssl_st* ssl);

/// The first mail address that the certificate's alternative names give; where they give none, the first of
/// its subject. Empty where that one holds a NUL.
std::string first_address(const x509_st* certificate);

}  // namespace net
