// The runner's keys, and what they say.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "proc/options.hpp"
#include "serve/runner.hpp"

namespace serve {

constexpr std::string_view runner_keys[] = {"hostname",
                                            "spool",
                                            "domains",
                                            "users",
                                            "routes",
                                            "relay-by-mx",
                                            "mx-loopback",
                                            "aliases",
                                            "catch-all",
                                            "subaddress",
                                            "maildir",
                                            "local-deliver",
                                            "postmaster",
                                            "retry",
                                            "lifetime",
                                            "timeout",
                                            "answer-timeout",
                                            "deliveries",
                                            "smtpd-user",
                                            "resolver",
                                            "trust-anchor",
                                            "dns-timeout",
                                            "libexec",
                                            "mta-sts",
                                            "mta-sts-dir",
                                            "tls-results-dir",
                                            "authorities",
                                            "max-hops",
                                            "quota",
                                            "over-quota",
                                            "program-timeout",
                                            "lists",
                                            "srs-secret",
                                            "srs-domain",
                                            "alias-user",
                                            "delay-warning",
                                            "connections-per-destination",
                                            "deliveries-per-user",
                                            "hanging-deliveries",
                                            "rate"};

/// With `host` nobody searches for hosts; without `check` whoever asks the DNS is started. Exit::usage or
/// Exit::configuration: a value is wrong.
base::Result<RunnerConfig> runner_options(const proc::Options& given);

}  // namespace serve
