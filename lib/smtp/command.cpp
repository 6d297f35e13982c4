#include "smtp/command.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"

namespace smtp {

namespace {

constexpr std::size_t domain_limit = 255;  // RFC 5321 section 4.5.3.1.2

std::optional<Malformed> apply_size(std::string_view value, Mail& mail) {
  const bool digits =
      !value.empty() && value.size() <= 20 && std::all_of(value.begin(), value.end(), base::is_digit);
  if (!digits || mail.size)
    return Malformed{501, mail.size ? "SIZE twice" : "SIZE is not a number of at most 20 digits"};
  mail.size = base::parse_number(value).value_or(UINT64_MAX);
  return std::nullopt;
}

/// One ESMTP parameter of MAIL. BODY (RFC 6152) needs no memory: messages are 8-bit clean throughout.
std::optional<Malformed> apply_parameter(std::string_view word, Mail& mail) {
  const auto equals = word.find('=');
  const auto name = base::upper(word.substr(0, equals));
  const auto value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
  if (name == "SIZE") return apply_size(value, mail);
  if (name == "BODY") {
    const bool known = base::iequals(value, "7BIT") || base::iequals(value, "8BITMIME");
    if (!known || std::exchange(mail.body_given, true))
      return Malformed{501, known ? "BODY twice" : "unknown BODY"};
    return std::nullopt;
  }
  if (name == "AUTH") {
    if (value.empty() || std::exchange(mail.auth_given, true)) return Malformed{501, "AUTH needs one value"};
    return std::nullopt;
  }
  return Malformed{555, "unknown parameter"};
}

Command parse_mail(std::string_view rest) {
  if (!base::istarts_with(rest, "FROM:")) return Malformed{501, "MAIL FROM:<address> expected"};
  rest = base::trim(rest.substr(5));
  auto path = take_path(rest);
  if (!path) return Malformed{501, path.error().what};
  Mail mail;
  mail.path = std::move(*path);
  if (!rest.empty() && rest.front() != ' ') return Malformed{501, "text after the address"};
  while (!(rest = base::trim(rest)).empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (auto wrong = apply_parameter(rest.substr(0, end), mail)) return *wrong;
    rest.remove_prefix(end);
  }
  return mail;
}

Command parse_rcpt(std::string_view rest) {
  if (!base::istarts_with(rest, "TO:")) return Malformed{501, "RCPT TO:<address> expected"};
  rest = base::trim(rest.substr(3));
  auto path = take_path(rest);
  if (!path) return Malformed{501, path.error().what};
  if (path->null()) return Malformed{501, "a recipient must have an address"};
  if (!rest.empty()) return Malformed{rest.front() == ' ' ? 555 : 501, "unknown parameter"};
  return Rcpt{std::move(*path)};
}

Command parse_helo(std::string_view rest, bool extended) {
  if (rest.empty() || rest.find(' ') != std::string_view::npos) return Malformed{501, "one domain expected"};
  if (rest.size() > domain_limit) return Malformed{501, "a domain has at most 255 octets"};
  return Helo{std::string(rest), extended};
}

Command parse_auth(std::string_view rest) {
  const auto space = std::min(rest.find(' '), rest.size());
  Auth out = {base::upper(rest.substr(0, space)), std::nullopt};
  const auto response = base::trim(rest.substr(space));
  if (out.mechanism.empty() || response.find(' ') != std::string_view::npos)
    return Malformed{501, "AUTH mechanism [response] expected"};
  if (!response.empty()) out.response = response == "=" ? std::string() : std::string(response);
  return out;
}

template <class Value>
Command bare(std::string_view rest, Value value) {
  return rest.empty() ? Command(value) : Command(Malformed{501, "no argument expected"});
}

}  // namespace

Command parse_command(std::string_view line) {
  if (std::any_of(line.begin(), line.end(), base::is_control)) return Malformed{501, "control character"};
  if (std::any_of(line.begin(), line.end(), base::is_8bit))
    return Malformed{501, "only ASCII is understood here"};
  const auto space = std::min(line.find(' '), line.size());
  const auto verb = base::upper(line.substr(0, space));
  const auto rest = base::trim(line.substr(space));
  if (verb == "HELO") return parse_helo(rest, false);
  if (verb == "EHLO") return parse_helo(rest, true);
  if (verb == "MAIL") return parse_mail(rest);
  if (verb == "RCPT") return parse_rcpt(rest);
  if (verb == "DATA") return bare(rest, Data{});
  if (verb == "RSET") return bare(rest, Rset{});
  if (verb == "QUIT") return bare(rest, Quit{});
  if (verb == "AUTH") return parse_auth(rest);
  if (verb == "STARTTLS") return bare(rest, StartTls{});
  if (verb == "EXPN") return Expn{};
  if (verb == "NOOP") return Noop{};
  if (verb == "HELP") return Help{};
  if (verb == "VRFY")
    return rest.empty() ? Command(Malformed{501, "a name is expected"}) : Vrfy{std::string(rest)};
  return Unknown{verb};
}

}  // namespace smtp
