// What the configuration says about a conversation by SMTP, whoever the client is.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "proc/options.hpp"
#include "serve/smtp_server.hpp"

namespace serve {

/// Every key of the configuration that smtpd reads, here or elsewhere.
inline constexpr std::string_view reception_keys[] = {"hostname",
                                                      "spool",
                                                      "domains",
                                                      "users",
                                                      "routes",
                                                      "relay-by-mx",
                                                      "aliases",
                                                      "catch-all",
                                                      "subaddress",
                                                      "lists",
                                                      "srs-secret",
                                                      "srs-domain",
                                                      "max-size",
                                                      "postmaster",
                                                      "max-recipients",
                                                      "timeout",
                                                      "relay-network",
                                                      "proxy-network",
                                                      "auth-mechanisms",
                                                      "auth-without-tls",
                                                      "login-delay",
                                                      "max-login-failures",
                                                      "login-failure-window",
                                                      "libexec",
                                                      "verify",
                                                      "access",
                                                      "helo-check",
                                                      "reverse-dns-check",
                                                      "dnsbl",
                                                      "dnsbl-threshold",
                                                      "greylist",
                                                      "greylist-dir",
                                                      "greylist-allow-after",
                                                      "resolver",
                                                      "trust-anchor",
                                                      "dns-timeout",
                                                      "counts",
                                                      "connections-per-minute",
                                                      "messages-per-minute",
                                                      "recipients-per-minute",
                                                      "tarpit",
                                                      "filter",
                                                      "filter-timeout",
                                                      "expand",
                                                      "max-hops",
                                                      "smtpd-user",
                                                      "max-connections",
                                                      "max-connections-per-source",
                                                      "refuse-full",
                                                      "retry",
                                                      "quota",
                                                      "over-quota",
                                                      "deliver-by-min"};
/// Exit::usage: options that exclude each other, a number out of its bounds, or neither yes nor no.
base::Result<Reception> reception_options(const proc::Options& given);

}  // namespace serve
