// The parent's side of serve/login.hpp: what it is asked, whom it starts, what it answers.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sasl/exchange.hpp"
#include "serve/login.hpp"

namespace serve {

constexpr std::size_t request_limit = 64 * 1024;

/// A packet: what is asked about, name, secret, proof and the name as it was said with a NUL behind each, and
/// what the client has already sent.
struct Request {
  sasl::Question question;
  std::string pending;
};
std::string to_request(const sasl::Question& question, std::string_view pending);
std::optional<Request> from_request(std::string_view packet);

/// Another packet, that asks for TLS within milliseconds; it is answered by net::UcspiTls::ask().
std::string tls_request(int timeout);
constexpr std::size_t tls_answer_limit = 40 * 1024;

std::string to_answer(const sasl::Answer& answer);
sasl::Answer from_answer(std::string_view packet);

enum class After { session, return_here };

/// Answers until the talker is gone, has been denied three times, or a session has come: its process, which
/// is the caller's child then; 0: there is none.
base::Result<pid_t> watch(const LoginTerms& terms, int talker, After after);

}  // namespace serve
