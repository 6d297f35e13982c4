// What TLS means for SMTP, and for who may log in by it.
#pragma once

#include "base/result.hpp"
#include "net/ucspi_tls.hpp"
#include "net/wire.hpp"
#include "proc/options.hpp"
#include "serve/login_options.hpp"
#include "serve/smtp_server.hpp"

namespace serve {

/// Finds out whether TLS is there or can be had, and with --submission how users may log in over `channel`.
/// The peer is known.
base::Result<void> find_tls(Reception& reception, const proc::Options& given, const Channel& channel);

/// Begins TLS, in all processes of the connection. What the client has sent in plaintext behind its STARTTLS
/// is dropped (RFC 3207 section 4.2).
base::Result<net::TlsFacts> begin_tls(net::Wire& wire, const Reception& reception);

}  // namespace serve
