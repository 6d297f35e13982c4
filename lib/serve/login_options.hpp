// How clients may log in and what failures cost, from the configuration and from what the connection is.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/ucspi_tls.hpp"
#include "proc/options.hpp"
#include "sasl/terms.hpp"
#include "serve/failures.hpp"
#include "serve/login.hpp"

namespace serve {

/// The keys that the functions below read; check-password reads those of its own.
constexpr std::string_view login_keys[] = {"auth-mechanisms", "auth-without-tls", "login-delay",
                                           "max-login-failures", "login-failure-window"};

/// What TLS has found out about the client, before this program was started or since.
struct Channel {
  bool tls = false;
  std::string exporter = {};   // octets of tls-exporter (RFC 9266)
  std::string end_point = {};  // octets of tls-server-end-point (RFC 5929)
  std::string identity = {};   // the user that a verified client certificate names
};

/// The identity: the first address of a client certificate that was verified, or else its common name.
Channel channel_of(const net::TlsFacts& facts);

/// From the environment of whoever started this program, as net::tls_from_environment().
Channel find_channel();

/// What `terms` become when the client comes by `channel`.
sasl::Terms terms_over(sasl::Terms terms, const Channel& channel);

/// `peer`: an address; "unknown", a pipe, is as near as loopback. Exit::usage: a mechanism nobody knows,
/// or auth-without-tls is neither yes nor no; Exit::configuration where the file says so.
base::Result<sasl::Terms> offer_login(const proc::Options& given, const std::string& peer,
                                      const Channel& channel);

/// For one connection.
base::Result<LoginTerms> login_terms(const proc::Options& given, std::vector<std::string> check,
                                     const std::string& peer, const Channel& channel, Failures* failures);

}  // namespace serve
