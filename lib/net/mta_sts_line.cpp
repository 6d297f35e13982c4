#include "net/mta_sts_line.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "net/dns_record.hpp"

namespace net {

namespace {

constexpr std::size_t addresses_limit = 32;
constexpr std::size_t trouble_limit = 60;
constexpr StsPolicy::Mode modes[] = {StsPolicy::Mode::none, StsPolicy::Mode::testing,
                                     StsPolicy::Mode::enforce};

/// It becomes the name of a file and a part of a URL.
bool is_plain_domain(std::string_view text) {
  return is_domain_name(text) && !text.starts_with('.') && !text.ends_with('.') &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return base::is_lower(c) || base::is_digit(c) || c == '-' || c == '_' || c == '.';
         });
}

}  // namespace

base::Result<StsQuestion> parse_sts_question(std::string_view line) {
  const auto wrong =
      base::fail(base::Exit::data, "'" + base::printable(line, 80) + "' is no DOMAIN [ID [ADDRESS...]]");
  if (line.size() > sts_question_limit) return wrong;
  const auto words = base::words(line);
  if (words.empty() || words.size() > 2 + addresses_limit) return wrong;
  StsQuestion out = {words[0]};
  if (words.size() > 1 && words[1] != "-") out.id = words[1];
  if (words.size() > 2) out.addresses.assign(words.begin() + 2, words.end());
  const bool good = is_plain_domain(out.domain) && (out.id.empty() || is_sts_id(out.id)) &&
                    std::all_of(out.addresses.begin(), out.addresses.end(),
                                [](const std::string& one) { return reversed_address(one).has_value(); });
  if (!good) return wrong;
  return out;
}

std::string to_line(const StsQuestion& question) {
  auto out = question.domain + " " + (question.id.empty() ? "-" : question.id);
  for (const auto& address : question.addresses) out += " " + address;
  return out + "\n";
}

std::string to_line(const std::string& domain, const StsAnswer& answer) {
  auto out = domain;
  out += "\t" + (answer.policy ? std::string(name_of(answer.policy->mode)) : "-");
  out += "\t" + (answer.policy ? std::to_string(answer.policy->max_age) : "-");
  out += "\t" + (answer.trouble.empty() ? "-" : answer.trouble);
  if (answer.policy) {
    for (const auto& pattern : answer.policy->mx) out += "\t" + pattern;
  }
  return out + "\n";
}

base::Result<StsAnswer> parse_sts_answer(std::string_view line, std::string_view domain) {
  const auto wrong =
      base::fail(base::Exit::protocol, "'" + base::printable(line, 80) + "' is no answer about a policy");
  const auto fields = base::split(line, '\t');
  if (line.size() > sts_answer_limit || fields.size() < 4 || fields[0] != domain) return wrong;
  StsAnswer out;
  if (fields[3] != "-") out.trouble = fields[3].substr(0, trouble_limit);
  if (fields[1] == "-") return fields.size() == 4 && fields[2] == "-" ? base::Result<StsAnswer>(out) : wrong;
  const auto* const mode =
      std::find_if(std::begin(modes), std::end(modes), [&](auto one) { return name_of(one) == fields[1]; });
  const auto age = base::parse_number(fields[2], sts_longest_age);
  if (mode == std::end(modes) || !age || fields.size() > 4 + sts_patterns_limit) return wrong;
  out.policy = StsPolicy{*mode, *age, {fields.begin() + 4, fields.end()}};
  return out;
}

}  // namespace net
