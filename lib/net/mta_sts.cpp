#include "net/mta_sts.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "net/dns_record.hpp"

namespace net {

namespace {

constexpr std::string_view modes[] = {"none", "testing", "enforce"};

bool is_pattern(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  const auto good = [](char c) { return base::is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  return is_domain_name(text) && !text.ends_with('.') && std::all_of(text.begin(), text.end(), good);
}

base::Error wrong(std::string_view what) {
  return base::fail(base::Exit::data, "the MTA-STS policy " + std::string(what));
}

/// What stands in the lines, the first of each key but mx.
struct Fields {
  std::optional<std::string_view> version, mode, max_age;
  std::vector<std::string_view> mx;
};

base::Result<Fields> read_fields(std::string_view text) {
  Fields out;
  while (!text.empty()) {
    const auto line = base::trim(base::take_line(text));
    if (line.empty()) continue;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
      return wrong("has a line that is no 'key: value': " + base::printable(line, 80));
    const auto key = base::trim(line.substr(0, colon));
    const auto value = base::trim(line.substr(colon + 1));
    if (key == "version" && !out.version) out.version = value;
    if (key == "mode" && !out.mode) out.mode = value;
    if (key == "max_age" && !out.max_age) out.max_age = value;
    if (key == "mx") out.mx.push_back(value);
    if (out.mx.size() > sts_patterns_limit) return wrong("names too many hosts");
  }
  return out;
}

}  // namespace

bool StsPolicy::allows(std::string_view host) const {
  const auto name = base::lower(host);
  return std::any_of(mx.begin(), mx.end(), [&](std::string_view pattern) {
    if (!pattern.starts_with("*.")) return name == pattern;
    const auto dot = name.find('.');
    return dot != std::string::npos && dot > 0 && std::string_view(name).substr(dot) == pattern.substr(1);
  });
}

std::string_view name_of(StsPolicy::Mode mode) {
  return modes[static_cast<std::size_t>(mode)];
}

std::vector<std::string> lines_of(const StsPolicy& policy) {
  std::vector<std::string> out = {"version: STSv1", "mode: " + std::string(name_of(policy.mode))};
  for (const auto& pattern : policy.mx) out.push_back("mx: " + pattern);
  out.push_back("max_age: " + std::to_string(policy.max_age));
  return out;
}

base::Result<StsPolicy> parse_sts_policy(std::string_view text) {
  if (text.size() > sts_policy_limit) return wrong("is longer than 64 KiB");
  TRY_ASSIGN(const auto fields, read_fields(text));
  if (fields.version != "STSv1") return wrong("is not of version STSv1");
  const auto* const mode = std::find(std::begin(modes), std::end(modes), fields.mode.value_or(""));
  if (mode == std::end(modes)) return wrong("has no mode enforce, testing or none");
  StsPolicy out;
  out.mode = static_cast<StsPolicy::Mode>(mode - std::begin(modes));
  const auto digits = fields.max_age.value_or("");
  const auto age = digits.size() <= 10 ? base::parse_number(digits) : std::nullopt;
  if (!age) return wrong("has no max_age");
  out.max_age = std::min(*age, sts_longest_age);
  for (const auto pattern : fields.mx) {
    if (!is_pattern(pattern)) return wrong("has an mx that is no name: " + base::printable(pattern, 80));
    out.mx.push_back(base::lower(pattern));
  }
  if (out.mx.empty() && out.mode != StsPolicy::Mode::none) return wrong("names no mx");
  return out;
}

bool is_sts_id(std::string_view text) {
  return !text.empty() && text.size() <= sts_id_limit &&
         std::all_of(text.begin(), text.end(), base::is_alnum);
}

std::optional<std::string> sts_id(const std::vector<std::string>& records) {
  const std::string* one = nullptr;
  for (const auto& record : records) {
    std::string_view rest = record;
    if (!rest.starts_with("v=STSv1")) continue;
    rest = base::trim(rest.substr(7));
    if (!rest.starts_with(';')) continue;
    if (one != nullptr) return std::nullopt;
    one = &record;
  }
  if (one == nullptr) return std::nullopt;
  for (std::string_view rest = *one; !rest.empty();) {
    const auto end = std::min(rest.find(';'), rest.size());
    const auto field = base::trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!field.starts_with("id=")) continue;
    return is_sts_id(field.substr(3)) ? std::optional<std::string>(field.substr(3)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace net
