#include "net/tls_report.hpp"

#include <algorithm>
#include <ctime>

#include "base/ascii.hpp"
#include "base/json.hpp"
#include "base/lines.hpp"
#include "net/dns_record.hpp"

namespace net {

namespace {

constexpr std::size_t uris_limit = 16;
constexpr std::size_t failures_limit = 1000;  // kinds of them in one report
constexpr std::size_t policies_limit = 100;   // of one domain
constexpr std::size_t fields_of_line = 9;
constexpr std::string_view policy_types[] = {"tlsa", "sts", "no-policy-found"};

/// It stands in names of files and in fields of a header.
bool is_plain_domain(std::string_view text) {
  return is_domain_name(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return base::is_alnum(c) || c == '-' || c == '_' || c == '.';
         });
}

/// Fit for a field of a line, and for one of its parts.
std::string plain(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return base::is_control(c) || c == '|'; }, ' ');
  return out;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : "|") + plain(part);
  return out;
}

std::vector<std::string> parted(std::string_view text) {
  std::vector<std::string> out;
  for (const auto part : base::split(text, '|')) {
    if (!part.empty()) out.emplace_back(part);
  }
  return out;
}

void put_pair(std::string& out, std::string_view key, std::string_view value) {
  base::put_json(out, key);
  out += ":";
  base::put_json(out, value);
}

void put_list(std::string& out, std::string_view key, const std::vector<std::string>& values) {
  base::put_json(out, key);
  out += ":[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ",";
    base::put_json(out, values[i]);
  }
  out += "]";
}

void put_policy(std::string& out, const TlsPolicy& policy) {
  out += "\"policy\":{";
  put_pair(out, "policy-type", policy.type);
  if (!policy.text.empty()) put_list(out += ",", "policy-string", policy.text);
  put_pair(out += ",", "policy-domain", policy.domain);
  if (!policy.mx.empty()) put_list(out += ",", "mx-host", policy.mx);
  out += "}";
}

void put_failure(std::string& out, const TlsResult& failure, std::uint64_t count) {
  out += "{";
  put_pair(out, "result-type", failure.failure);
  const std::pair<std::string_view, const std::string&> rows[] = {{"sending-mta-ip", failure.sender},
                                                                  {"receiving-mx-hostname", failure.host},
                                                                  {"receiving-ip", failure.address},
                                                                  {"failure-reason-code", failure.reason}};
  for (const auto& [key, value] : rows) {
    if (!value.empty()) put_pair(out += ",", key, value);
  }
  out += ",\"failed-session-count\":" + std::to_string(count) + "}";
}

}  // namespace

std::vector<std::string> tls_report_uris(const std::vector<std::string>& records) {
  const std::string* one = nullptr;
  for (const auto& record : records) {
    if (!record.starts_with("v=TLSRPTv1")) continue;
    if (!base::trim(std::string_view(record).substr(10)).starts_with(';')) continue;
    if (one != nullptr) return {};
    one = &record;
  }
  std::vector<std::string> out;
  if (one == nullptr) return out;
  for (const auto part : base::split(*one, ';')) {
    const auto field = base::trim(part);
    if (!field.starts_with("rua=")) continue;
    for (const auto uri : base::split(field.substr(4), ',')) {
      const auto text = base::trim(uri);
      const bool known = base::istarts_with(text, "mailto:") || base::istarts_with(text, "https:");
      if (known && out.size() < uris_limit) out.emplace_back(text);
    }
    break;
  }
  return out;
}

std::optional<std::string> mailto_address(std::string_view uri) {
  if (!base::istarts_with(uri, "mailto:")) return std::nullopt;
  uri.remove_prefix(7);
  std::string out;
  for (std::size_t i = 0; i < uri.size() && uri[i] != '?'; ++i) {
    if (uri[i] != '%') {
      out += uri[i];
      continue;
    }
    const int high = i + 2 < uri.size() ? base::hex_value(uri[i + 1]) : -1;
    const int low = i + 2 < uri.size() ? base::hex_value(uri[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string to_line(const TlsResult& result) {
  const auto& policy = result.policy;
  const auto line = [&](const std::string& text, const std::string& mx, const std::string& reason) {
    std::string out;
    for (const auto& field : {plain(policy.domain), plain(policy.type), text, mx,
                              result.failure.empty() ? std::string("success") : plain(result.failure),
                              plain(result.sender), plain(result.host), plain(result.address), plain(reason)})
      out += (out.empty() ? "" : "\t") + field;
    return out + "\n";
  };
  auto out = line(joined(policy.text), joined(policy.mx), result.reason.substr(0, 300));
  if (out.size() > tls_result_limit) out = line("", "", "");
  return out.size() > tls_result_limit ? "" : out;
}

base::Result<TlsResult> parse_tls_result(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  const auto fields = base::split(line, '\t');
  const bool good =
      fields.size() == fields_of_line && is_plain_domain(fields[0]) && !fields[4].empty() &&
      std::find(std::begin(policy_types), std::end(policy_types), fields[1]) != std::end(policy_types);
  if (!good || line.size() > tls_result_limit)
    return base::fail(base::Exit::data, "'" + base::printable(line, 80) + "' is no result of a session");
  TlsResult out;
  out.policy = {std::string(fields[1]), std::string(fields[0]), parted(fields[2]), parted(fields[3])};
  if (fields[4] != "success") out.failure = fields[4];
  out.sender = fields[5];
  out.host = fields[6];
  out.address = fields[7];
  out.reason = fields[8];
  return out;
}

void TlsReport::add(const TlsResult& result) {
  auto policy = result.policy;
  // A domain that has another one for each session still learns how many there were.
  if (policies_.size() >= policies_limit && !policies_.contains(policy)) {
    policy.text.clear();
    policy.mx.clear();
  }
  auto& count = policies_[policy];
  if (result.failure.empty()) {
    ++count.good;
    return;
  }
  ++count.bad;
  auto failure = result;
  failure.policy = {};
  if (count.failures.size() < failures_limit || count.failures.contains(failure)) ++count.failures[failure];
}

std::string TlsReport::json(const Head& head) const {
  std::string out = "{";
  put_pair(out, "organization-name", head.organization);
  out += ",\"date-range\":{";
  put_pair(out, "start-datetime", utc_text(head.day));
  put_pair(out += ",", "end-datetime", utc_text(head.day + 86'399));
  put_pair(out += "},", "contact-info", head.contact);
  put_pair(out += ",", "report-id", head.id);
  out += ",\"policies\":[";
  bool first = true;
  for (const auto& [policy, count] : policies_) {
    out += first ? "{" : ",{";
    first = false;
    put_policy(out, policy);
    out += ",\"summary\":{\"total-successful-session-count\":" + std::to_string(count.good) +
           ",\"total-failure-session-count\":" + std::to_string(count.bad) + "}";
    if (!count.failures.empty()) out += ",\"failure-details\":[";
    bool begun = false;
    for (const auto& [failure, times] : count.failures) {
      if (begun) out += ",";
      begun = true;
      put_failure(out, failure, times);
    }
    out += count.failures.empty() ? "}" : "]}";
  }
  return out + "]}\n";
}

std::string utc_text(std::uint64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts = {};
  char out[32] = {};
  if (gmtime_r(&time, &parts) == nullptr) return "";
  (void)std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return out;
}

std::optional<std::uint64_t> parse_day(std::string_view text) {
  const bool shape = text.size() == 10 && text[4] == '-' && text[7] == '-';
  const auto year = base::parse_number(text.substr(0, 4), 9999);
  const auto month = shape ? base::parse_number(text.substr(5, 2), 12) : std::nullopt;
  const auto day = shape ? base::parse_number(text.substr(8, 2), 31) : std::nullopt;
  if (!shape || !year || !month || !day || *year < 1970) return std::nullopt;
  std::tm parts = {};
  parts.tm_year = static_cast<int>(*year) - 1900;
  parts.tm_mon = static_cast<int>(*month) - 1;
  parts.tm_mday = static_cast<int>(*day);
  const auto seconds = timegm(&parts);
  if (seconds < 0 || utc_text(static_cast<std::uint64_t>(seconds)).substr(0, 10) != text) return std::nullopt;
  return static_cast<std::uint64_t>(seconds);
}

}  // namespace net
