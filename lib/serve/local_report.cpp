#include "serve/local_report.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "smtp/path.hpp"

namespace serve {

namespace {

constexpr std::string_view outcomes = "ydn";  // delivered, deferred, failed
constexpr std::size_t reason_limit = 400;
constexpr std::size_t part_length = 16;

base::Error none() {
  return base::fail(base::Exit::protocol, "the delivering process says what nobody asked");
}

char letter_of(Outcome outcome) {
  return outcome == Outcome::delivered ? 'y' : outcome == Outcome::deferred ? 'd' : 'n';
}

/// RFC 3463: the class that goes with the outcome, and two numbers.
bool is_status(std::string_view text, char outcome) {
  const char wanted = outcome == 'y' ? '2' : outcome == 'd' ? '4' : '5';
  if (text.size() < 5 || text.size() > 9 || text[0] != wanted || text[1] != '.') return false;
  const auto dot = text.find('.', 2);
  return dot != std::string_view::npos && base::parse_number(text.substr(2, dot - 2), 999) &&
         base::parse_number(text.substr(dot + 1), 999);
}

bool is_part(std::string_view text) {
  return text.size() == part_length &&
         std::all_of(text.begin(), text.end(), [](char c) { return base::hex_value(c) >= 0; });
}

bool is_forward(const std::string& address) {
  const bool bare = address.find('@') == std::string::npos;
  const auto written = "<" + address + (bare ? "@local" : "") + ">";
  std::string_view rest = written;
  const auto path = smtp::take_path(rest);
  return path && !path->null() && rest.empty();
}

bool put_item(const std::string& field, LocalReport& into) {
  const auto value = field.substr(std::min<std::size_t>(1, field.size()));
  if (field.starts_with('p')) {
    into.done.push_back(value);
    return is_part(value);
  }
  if (!(field.starts_with('a') || field.starts_with('u')) || value.size() <= part_length) return false;
  into.forwards.push_back({value.substr(0, part_length), value.substr(part_length), field[0] == 'u'});
  return is_part(into.forwards.back().part) && is_forward(into.forwards.back().address);
}

}  // namespace

LocalReport delivered(const std::string& at_home) {
  return {base::Exit::ok, {Outcome::delivered, "2.0.0", at_home, {}}};
}

LocalReport report_of(const base::Error& error) {
  const auto reason = base::printable(error.what, reason_limit);
  if (error.code == base::Exit::no_user) return {error.code, {Outcome::failed, "5.1.1", reason, {}}};
  if (error.code == base::Exit::unavailable) return {error.code, {Outcome::failed, "5.4.6", reason, {}}};
  return {error.code, {Outcome::deferred, "4.3.0", reason, {}}};
}

LocalReport report_of(const Attempt& attempt) {
  if (attempt.outcome == Outcome::delivered) return {base::Exit::ok, attempt};
  if (attempt.outcome == Outcome::deferred) return {base::Exit::temporary, attempt};
  return {attempt.status == "5.1.1" ? base::Exit::no_user : base::Exit::unavailable, attempt};
}

std::string to_packet(const LocalReport& report) {
  const auto exit = std::to_string(static_cast<int>(report.exit));
  const std::string outcome(1, letter_of(report.attempt.outcome));
  const auto reason = base::printable(report.attempt.reason, reason_limit);
  std::vector<std::string> fields = {exit, outcome, report.attempt.status, reason,
                                     report.has_instructions ? "home" : "-"};
  for (const auto& part : report.done) fields.push_back("p" + part);
  for (const auto& forward : report.forwards)
    fields.push_back((forward.unaliased ? "u" : "a") + forward.part + forward.address);
  return fs::join_fields({fields.begin(), fields.end()});
}

base::Result<LocalReport> parse_report(std::string_view packet) {
  const auto fields = fs::split_fields(packet);
  if (fields.size() < 5 || fields.size() > 5 + 2 * forwards_limit) return none();
  const auto exit = base::parse_number(fields[0], 255);
  const auto place = fields[1].size() == 1 ? outcomes.find(fields[1][0]) : outcomes.npos;
  if (!exit || place == outcomes.npos || !is_status(fields[2], fields[1][0])) return none();
  LocalReport out;
  out.exit = static_cast<base::Exit>(*exit);
  const Outcome kinds[] = {Outcome::delivered, Outcome::deferred, Outcome::failed};
  out.attempt = {kinds[place], fields[2], base::printable(fields[3], reason_limit), {}};
  out.has_instructions = fields[4] == "home";
  for (std::size_t i = 5; i < fields.size(); ++i) {
    if (!put_item(fields[i], out)) return none();
  }
  if (out.forwards.size() > forwards_limit) return none();
  return out;
}

}  // namespace serve
