#include "serve/login_options.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "net/peer.hpp"

namespace serve {

namespace {

constexpr std::uint64_t most_delay = 60;  // seconds

/// Its first address, or else the common name that a subject (RFC 2253) begins with: as long as it is plain
/// text, and alone in its part.
std::string identity_of(const net::TlsFacts& facts) {
  if (!facts.client_email.empty()) return facts.client_email;
  constexpr std::string_view start = "CN=";
  if (!facts.client.starts_with(start)) return {};
  const auto name = facts.client.substr(start.size(), facts.client.find(',') - start.size());
  return name.find_first_of("\\+\"#") == name.npos ? name : std::string();
}

base::Result<std::vector<std::string>> mechanisms(const std::string& words) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = words.find_first_not_of(" ,\t", at)) != std::string::npos;) {
    const auto end = std::min(words.find_first_of(" ,\t", at), words.size());
    out.push_back(base::upper(words.substr(at, end - at)));
    if (!sasl::is_mechanism(out.back()))
      return base::fail(base::Exit::usage,
                        "auth-mechanisms: nobody knows " + base::printable(out.back(), 50));
    at = end;
  }
  return out;
}

}  // namespace

Channel channel_of(const net::TlsFacts& facts) {
  return {true, facts.exporter, facts.end_point, identity_of(facts)};
}

Channel find_channel() {
  const auto facts = net::tls_from_environment();
  return facts ? channel_of(*facts) : Channel{};
}

sasl::Terms terms_over(sasl::Terms terms, const Channel& channel) {
  terms.secret = terms.secret || channel.tls;
  terms.exporter = channel.exporter;
  terms.end_point = channel.end_point;
  terms.identity = channel.identity;
  return terms;
}

base::Result<sasl::Terms> offer_login(const proc::Options& given, const std::string& peer,
                                      const Channel& channel) {
  TRY_ASSIGN(const bool without, given.yes("auth-without-tls"));
  sasl::Terms out;
  TRY_ASSIGN(out.mechanisms, mechanisms(given.get("auth-mechanisms")));
  out.secret = peer == "unknown" || net::is_loopback(peer) || without;
  return terms_over(std::move(out), channel);
}

base::Result<LoginTerms> login_terms(const proc::Options& given, std::vector<std::string> check,
                                     const std::string& peer, const Channel& channel, Failures* failures) {
  TRY_ASSIGN(const auto delay, given.number("login-delay", 0, most_delay));
  return LoginTerms{std::move(check), peer, channel.identity, std::chrono::seconds(delay), failures, {}};
}

}  // namespace serve
