#include "net/dns_line.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.hpp"
#include "base/lines.hpp"

namespace net {

namespace {

constexpr std::string_view outcomes[] = {"found", "empty", "nxdomain", "bogus", "failure"};
constexpr std::size_t fixed_fields = 6;  // in front of the values, without the id

/// What base::printable() has made, as it was.
std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (base::is_control(text[i])) return std::nullopt;
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char kind = ++i < text.size() ? text[i] : '\0';
    const auto found = std::string_view("rnt\\").find(kind);
    if (found != std::string_view::npos && kind != '\0') {
      out += "\r\n\t\\"[found];
      continue;
    }
    if (kind != 'x' || text.size() - i < 3) return std::nullopt;
    const int high = base::hex_value(text[i + 1]);
    const int low = base::hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

/// Empty texts and those that look like the mark for them keep a mark of their own.
std::string field(std::string_view text) {
  if (text.empty()) return "-";
  if (text == "-") return "\\x2d";
  return base::printable(text, std::string::npos);
}

base::Error no_answer_line(std::string_view line) {
  return base::fail(base::Exit::protocol, "'" + base::printable(line, 80) + "' is no answer of resolve");
}

bool fits(const Question& question) {
  return question.type == RecordType::ptr ? reverse_name(question.name).has_value()
                                          : is_domain_name(question.name);
}

}  // namespace

Answer no_answer(std::string reason) {
  Answer out;
  out.values.push_back(std::move(reason));
  return out;
}

base::Result<Question> parse_question(std::string_view line) {
  if (line.size() > question_limit)
    return base::fail(base::Exit::data, "the question is longer than 320 octets");
  auto parts = base::words(line);
  Question out;
  if (parts.size() == 3) {
    out.id = base::parse_number(parts[0]);
    if (!out.id) return base::fail(base::Exit::data, "'" + base::printable(parts[0], 40) + "' is no number");
    parts.erase(parts.begin());
  }
  if (parts.size() != 2) return base::fail(base::Exit::data, "TYPE NAME expected");
  const auto type = parse_record_type(parts[0]);
  if (!type)
    return base::fail(base::Exit::data,
                      "'" + base::printable(parts[0], 40) + "' is not one of A AAAA CNAME MX PTR TLSA TXT");
  out.type = *type;
  out.name = parts[1];
  if (!fits(out))
    return base::fail(base::Exit::data, "'" + base::printable(out.name, 80) + "' is " +
                                            (*type == RecordType::ptr ? "no address" : "no name"));
  return out;
}

std::string to_line(const Question& question) {
  return (question.id ? std::to_string(*question.id) + " " : "") + std::string(name_of(question.type)) + " " +
         question.name + "\n";
}

std::string to_line(const Question& question, const Answer& answer) {
  std::string out = question.id ? std::to_string(*question.id) + "\t" : "";
  out += outcomes[static_cast<std::size_t>(answer.outcome)];
  out += answer.secure ? "\tsecure\t" : "\tinsecure\t";
  out += std::to_string(std::min(answer.ttl, longest_ttl)) + "\t";
  out += name_of(question.type);
  out += "\t" + field(question.name) + "\t" + field(answer.canonical);
  for (const auto& value : answer.values) out += "\t" + field(value);
  out += "\n";
  const bool too_long = out.size() > answer_limit || answer.values.size() > answer_values_limit;
  return too_long ? to_line(question, no_answer("the answer is too long")) : out;
}

base::Result<AnswerLine> parse_answer(std::string_view line) {
  if (line.size() > answer_limit) return no_answer_line(line);
  auto parts = base::split(line, '\t');
  AnswerLine out;
  if (const auto id = base::parse_number(parts[0])) {
    out.question.id = id;
    parts.erase(parts.begin());
  }
  if (parts.size() < fixed_fields || parts.size() > fixed_fields + answer_values_limit)
    return no_answer_line(line);
  const auto outcome = std::find(std::begin(outcomes), std::end(outcomes), parts[0]);
  const auto ttl = base::parse_number(parts[2], longest_ttl);
  const auto type = parse_record_type(parts[3]);
  const bool known = parts[1] == "secure" || parts[1] == "insecure";
  if (outcome == std::end(outcomes) || !known || !ttl || !type) return no_answer_line(line);
  out.question.type = *type;
  out.answer.outcome = static_cast<Answer::Outcome>(outcome - std::begin(outcomes));
  out.answer.secure = parts[1] == "secure";
  out.answer.ttl = static_cast<std::uint32_t>(*ttl);
  const auto take = [&](std::size_t at) { return parts[at] == "-" ? std::string() : unescaped(parts[at]); };
  const auto name = take(4);
  const auto canonical = take(5);
  if (!name || !canonical) return no_answer_line(line);
  out.question.name = *name;
  out.answer.canonical = *canonical;
  for (std::size_t i = fixed_fields; i < parts.size(); ++i) {
    auto value = take(i);
    if (!value) return no_answer_line(line);
    out.answer.values.push_back(std::move(*value));
  }
  const auto count = out.answer.values.size();
  if (out.answer.found() ? count == 0 : count > 1) return no_answer_line(line);
  return out;
}

}  // namespace net
