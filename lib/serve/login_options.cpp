#include "serve/login_options.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/ascii.hpp"
#include "net/peer.hpp"

namespace serve {

namespace {

constexpr std::uint64_t most_delay = 60;  // seconds
constexpr std::size_t most_hex = 1024;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// Empty for anything else.
std::string octets(const std::string& digits) {
  std::string out;
  if (digits.size() % 2 != 0 || digits.size() > most_hex) return out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = base::hex_value(digits[i]);
    const int low = base::hex_value(digits[i + 1]);
    if (high < 0 || low < 0) return {};
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

base::Result<std::vector<std::string>> mechanisms(const std::string& words) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = words.find_first_not_of(" ,\t", at)) != std::string::npos;) {
    const auto end = std::min(words.find_first_of(" ,\t", at), words.size());
    out.push_back(base::upper(words.substr(at, end - at)));
    if (!sasl::is_mechanism(out.back()))
      return base::fail(base::Exit::configuration,
                        "auth-mechanisms: nobody knows " + base::printable(out.back(), 50));
    at = end;
  }
  return out;
}

}  // namespace

Channel find_channel() {
  return {!variable("TLS_PROTOCOL").empty(), octets(variable("TLS_EXPORTER")),
          octets(variable("TLS_SERVER_END_POINT")), variable("TLS_CLIENT_USER")};
}

base::Result<sasl::Terms> offer_login(const proc::Options& given, const std::string& peer,
                                      const Channel& channel) {
  const auto without = given.get("auth-without-tls");
  if (without != "yes" && without != "no")
    return base::fail(base::Exit::configuration, "auth-without-tls: yes or no expected");
  sasl::Terms out;
  TRY_ASSIGN(out.mechanisms, mechanisms(given.get("auth-mechanisms")));
  out.secret = channel.tls || peer == "unknown" || net::is_loopback(peer) || without == "yes";
  out.exporter = channel.exporter;
  out.end_point = channel.end_point;
  out.identity = channel.identity;
  return out;
}

base::Result<Failures> make_failures(const proc::Options& given) {
  TRY_ASSIGN(const auto most, given.number("max-login-failures", 0, 1'000'000));
  TRY_ASSIGN(const auto window, given.number("login-failure-window", 1, 604'800));
  return Failures::make(static_cast<std::uint32_t>(most), static_cast<std::uint32_t>(window));
}

base::Result<LoginTerms> login_terms(const proc::Options& given, std::vector<std::string> check,
                                     const std::string& peer, const Channel& channel, Failures* failures) {
  TRY_ASSIGN(const auto delay, given.number("login-delay", 0, most_delay));
  return LoginTerms{std::move(check), peer, channel.identity, std::chrono::seconds(delay), failures};
}

}  // namespace serve
