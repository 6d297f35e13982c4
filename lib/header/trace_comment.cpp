#include "header/trace_comment.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.hpp"
#include "base/scanner.hpp"
#include "header/cfws.hpp"
#include "header/received.hpp"

namespace header {

namespace {

bool is_ipv4(std::string_view text) {
  base::Scanner in(text);
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && !in.take('.')) return false;
    const auto digits = in.take_while(base::is_digit);
    if (digits.size() > 3 || !base::parse_number(digits, 255)) return false;
  }
  return in.done();
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool gap = false;
  base::Scanner in(text);
  if (text.starts_with(':') && !text.starts_with("::")) return false;
  while (!in.done()) {
    if (in.take(std::string_view("::"))) {
      if (gap) return false;
      gap = true;
    } else if (groups > 0 && !in.take(':')) {
      return false;
    }
    if (in.done()) break;
    if (is_ipv4(in.rest())) {
      groups += 2;
      break;
    }
    const auto digits = in.take_while([](char c) { return base::hex_value(c) >= 0; });
    if (digits.empty() || digits.size() > 4 || ++groups > 8) return false;
  }
  return gap ? groups < 8 : groups == 8;
}

bool is_host_name(std::string_view text) {
  return text.find('.') != text.npos && std::any_of(text.begin(), text.end(), base::is_alpha) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return base::is_alnum(c) || c == '.' || c == '-' || c == '_'; });
}

/// Upper case in parts, one of which names an algorithm.
bool is_cipher(std::string_view text) {
  constexpr std::array<std::string_view, 8> algorithms = {"AES",      "DES",  "RC4",  "CHACHA",
                                                          "CAMELLIA", "ARIA", "SEED", "NULL"};
  return text.size() < 64 && text.find_first_of("-_") != text.npos &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return base::is_upper(c) || base::is_digit(c) || c == '-' || c == '_'; }) &&
         std::any_of(algorithms.begin(), algorithms.end(),
                     [&](std::string_view one) { return text.find(one) != text.npos; });
}

/// "TLS1_2", "TLSv1.2" and "tls1.2" are the same; empty for what is no version.
std::string tls_version(std::string_view text) {
  base::Scanner in(text);
  const bool tls = in.take_icase("TLS");
  if (!tls && !in.take_icase("SSL")) return {};
  in.take_icase("v");
  const auto major = in.take_while(base::is_digit);
  if (major.size() != 1) return {};
  std::string out = (tls ? "TLSv" : "SSLv") + std::string(major);
  if (in.take('.') || in.take('_')) out += "." + std::string(in.take_while(base::is_digit));
  return in.done() ? out : std::string();
}

bool is_separator(char c) {
  return is_blank(c) || std::string_view("()[]<>,\";").find(c) != std::string_view::npos;
}

std::string_view next_token(base::Scanner& in) {
  in.take_while(is_separator);
  return in.take_while([](char c) { return !is_separator(c); });
}

void fill(std::string& out, std::string_view value) {
  if (out.empty()) out = value;
}

/// `helo=name`, `ident=user`, `IDENT:user@host`: true if the token was one of them.
bool read_named(std::string_view token, Received& out) {
  if (base::istarts_with(token, "helo=")) {
    fill(out.helo, bare_address(token.substr(5)));
    fill(out.verb, "HELO");
    return true;
  }
  const bool ident = base::istarts_with(token, "ident=") || base::istarts_with(token, "ident:");
  if (ident) fill(out.ident, token.substr(6));
  return ident;
}

bool is_verb(std::string_view token) {
  return base::iequals(token, "HELO") || base::iequals(token, "EHLO") || base::iequals(token, "LHLO");
}

}  // namespace

bool is_ip_address(std::string_view text) {
  return is_ipv4(text) || is_ipv6(text);
}

std::string_view bare_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']') && text.size() > 1) text = text.substr(1, text.size() - 2);
  if (base::istarts_with(text, "ipv6:") && is_ipv6(text.substr(5))) return text.substr(5);
  const auto colon = text.find(':');
  return colon != text.npos && is_ipv4(text.substr(0, colon)) ? text.substr(0, colon) : text;
}

void read_client_comment(std::string_view comment, Received& out) {
  base::Scanner in(comment);
  bool first = true;
  for (auto token = next_token(in); !token.empty(); token = next_token(in), first = false) {
    const auto address = bare_address(token);
    if (is_verb(token)) {
      fill(out.verb, base::upper(token));
      fill(out.helo, bare_address(next_token(in)));
    } else if (read_named(token, out)) {
      continue;
    } else if (is_ip_address(address)) {
      fill(out.ip, address);
    } else if (token.find('@') != token.npos) {
      // The host may follow in brackets of its own.
      fill(out.ident, token.ends_with('@') ? token.substr(0, token.size() - 1) : token);
    } else if (first && is_host_name(token) && tls_version(token).empty()) {
      fill(out.host, token);
    }
  }
}

void read_tls(std::string_view text, Received& out) {
  base::Scanner in(text);
  const auto is_part = [](char c) { return !is_separator(c) && c != '=' && c != ':' && c != '/'; };
  while (!in.done()) {
    const auto piece = in.take_while(is_part);
    if (is_cipher(piece)) {
      fill(out.cipher, piece);
    } else {
      fill(out.tls, tls_version(piece));
    }
    in.next();
  }
}

}  // namespace header
