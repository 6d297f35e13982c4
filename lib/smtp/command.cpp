#include "smtp/command.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace smtp {

namespace {

constexpr std::size_t domain_limit = 255;  // RFC 5321 section 4.5.3.1.2

Malformed malformed(const base::Error& error) {
  return {error.code == base::Exit::usage ? 555 : 501, error.what};
}

Command parse_mail(std::string_view rest) {
  if (!base::istarts_with(rest, "FROM:")) return Malformed{501, "MAIL FROM:<address> expected"};
  rest = base::trim(rest.substr(5));
  auto path = take_path(rest);
  if (!path) return Malformed{501, path.error().what, "5.1.7"};
  if (!rest.empty() && rest.front() != ' ') return Malformed{501, "text after the address"};
  auto parameters = parse_mail_parameters(rest);
  if (!parameters) return malformed(parameters.error());
  return Mail{std::move(*path), std::move(*parameters), !base::trim(rest).empty()};
}

Command parse_rcpt(std::string_view rest) {
  if (!base::istarts_with(rest, "TO:")) return Malformed{501, "RCPT TO:<address> expected"};
  rest = base::trim(rest.substr(3));
  auto path = take_path(rest);
  if (!path) return Malformed{501, path.error().what, "5.1.3"};
  if (path->null()) return Malformed{501, "a recipient must have an address", "5.1.3"};
  if (!rest.empty() && rest.front() != ' ') return Malformed{501, "text after the address"};
  auto parameters = parse_rcpt_parameters(rest);
  if (!parameters) return malformed(parameters.error());
  return Rcpt{std::move(*path), std::move(*parameters), !base::trim(rest).empty()};
}

Command parse_bdat(std::string_view rest) {
  const auto space = std::min(rest.find(' '), rest.size());
  const auto digits = rest.substr(0, space);
  const auto size = digits.size() <= 19 ? base::parse_number(digits) : std::nullopt;
  const auto mark = base::trim(rest.substr(space));
  if (!size || (!mark.empty() && !base::iequals(mark, "LAST")))
    return Malformed{501, "BDAT octets [LAST] expected"};
  return Bdat{*size, !mark.empty()};
}

/// A name, and SMTPUTF8 behind it.
template <class Query>
Command parse_query(std::string_view rest) {
  constexpr std::string_view mark = " SMTPUTF8";
  const bool utf8 = rest.size() > mark.size() && base::iequals(rest.substr(rest.size() - mark.size()), mark);
  if (utf8) rest = base::trim(rest.substr(0, rest.size() - mark.size()));
  if (rest.empty()) return Malformed{501, "a name is expected"};
  return Query{std::string(rest), utf8};
}

Command parse_helo(std::string_view rest, Helo::Greeting greeting) {
  if (rest.empty() || rest.find(' ') != std::string_view::npos) return Malformed{501, "one domain expected"};
  if (rest.size() > domain_limit) return Malformed{501, "a domain has at most 255 octets"};
  if (base::has_8bit(rest)) return Malformed{501, "a domain in ASCII expected"};
  return Helo{std::string(rest), greeting};
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

Command parse_line(std::string_view line) {
  if (std::any_of(line.begin(), line.end(), base::is_control)) return Malformed{501, "control character"};
  if (!base::is_utf8(line)) return Malformed{501, "neither ASCII nor UTF-8"};
  const auto space = std::min(line.find(' '), line.size());
  const auto verb = base::upper(line.substr(0, space));
  const auto rest = base::trim(line.substr(space));
  if (verb == "HELO") return parse_helo(rest, Helo::Greeting::helo);
  if (verb == "EHLO") return parse_helo(rest, Helo::Greeting::ehlo);
  if (verb == "LHLO") return parse_helo(rest, Helo::Greeting::lhlo);
  if (verb == "MAIL") return parse_mail(rest);
  if (verb == "RCPT") return parse_rcpt(rest);
  if (verb == "DATA") return bare(rest, Data{});
  if (verb == "BDAT") return parse_bdat(rest);
  if (verb == "RSET") return bare(rest, Rset{});
  if (verb == "QUIT") return bare(rest, Quit{});
  if (verb == "AUTH") return parse_auth(rest);
  if (verb == "STARTTLS") return bare(rest, StartTls{});
  if (verb == "EXPN") return parse_query<Expn>(rest);
  if (verb == "NOOP") return Noop{};
  if (verb == "HELP") return Help{base::upper(rest)};
  if (verb == "VRFY") return parse_query<Vrfy>(rest);
  return Unknown{verb};
}

}  // namespace

Command parse_command(std::string_view line) {
  auto out = parse_line(line);
  if (auto* wrong = std::get_if<Malformed>(&out)) wrong->out_of_step = base::istarts_with(line, "BDAT");
  return out;
}

}  // namespace smtp
