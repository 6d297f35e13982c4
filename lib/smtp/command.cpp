#include "smtp/command.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtp {

namespace {

/// One ESMTP parameter of MAIL. BODY (RFC 6152) needs no memory: messages are 8-bit clean throughout.
std::optional<Malformed> apply_parameter(std::string_view word, Mail& mail) {
  const auto equals = word.find('=');
  const auto name = base::upper(word.substr(0, equals));
  const auto value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
  if (name == "SIZE") {
    mail.size = base::parse_number(value);
    return mail.size ? std::nullopt : std::optional(Malformed{501, "SIZE is not a number"});
  }
  if (name == "BODY") {
    const bool known = base::iequals(value, "7BIT") || base::iequals(value, "8BITMIME");
    return known ? std::nullopt : std::optional(Malformed{501, "unknown BODY"});
  }
  return Malformed{555, "unknown parameter"};
}

Command parse_mail(std::string_view rest) {
  if (!base::istarts_with(rest, "FROM:")) return Malformed{501, "MAIL FROM:<address> expected"};
  rest = base::trim(rest.substr(5));
  auto path = take_path(rest);
  if (!path) return Malformed{501, path.error().what};
  Mail mail = {std::move(*path), std::nullopt};
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
  return Helo{std::string(rest), extended};
}

template <class Value>
Command bare(std::string_view rest, Value value) {
  return rest.empty() ? Command(value) : Command(Malformed{501, "no argument expected"});
}

}  // namespace

Command parse_command(std::string_view line) {
  if (std::any_of(line.begin(), line.end(), base::is_control)) return Malformed{501, "control character"};
  if (std::any_of(line.begin(), line.end(), base::is_8bit)) return Malformed{501, "only ASCII is understood here"};
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
  if (verb == "NOOP") return Noop{};
  if (verb == "HELP") return Help{};
  if (verb == "VRFY") return rest.empty() ? Command(Malformed{501, "a name is expected"}) : Vrfy{std::string(rest)};
  return Unknown{verb};
}

}  // namespace smtp
