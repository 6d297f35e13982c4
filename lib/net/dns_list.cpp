#include "net/dns_list.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "net/dns_record.hpp"

namespace net {

namespace {

constexpr std::uint32_t first_answer = 0x7F000000;
constexpr std::uint32_t last_answer = 0x7FFFFEFF;
constexpr std::uint64_t heaviest = 1000;
constexpr std::size_t ranges_limit = 64;
// In front of the zone stand 32 digits and their dots.
constexpr std::size_t zone_limit = 180;

std::optional<std::uint32_t> number_of(std::string_view address) {
  in_addr bits = {};
  if (inet_pton(AF_INET, std::string(address).c_str(), &bits) != 1) return std::nullopt;
  return ntohl(bits.s_addr);
}

std::optional<DnsList::Range> parse_range(std::string_view text) {
  const auto dots = text.find("..");
  const auto first = number_of(text.substr(0, dots));
  if (!first || *first >> 24 != 127) return std::nullopt;
  if (dots == std::string_view::npos) return DnsList::Range(*first, *first);
  const auto end = text.substr(dots + 2);
  auto last = number_of(end);
  if (const auto octet = base::parse_number(end, 255))
    last = (*first & 0xFFFFFF00) | static_cast<std::uint32_t>(*octet);
  if (!last || *last < *first || *last >> 24 != 127) return std::nullopt;
  return DnsList::Range(*first, *last);
}

std::optional<int> parse_weight(std::string_view text) {
  const bool good = text.starts_with('-');
  const auto number = base::parse_number(text.substr(good ? 1 : 0), heaviest);
  if (!number || *number == 0) return std::nullopt;
  return good ? -static_cast<int>(*number) : static_cast<int>(*number);
}

bool is_zone(std::string_view text) {
  const auto good = [](char c) { return base::is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  return is_domain_name(text) && text.size() <= zone_limit && std::all_of(text.begin(), text.end(), good);
}

}  // namespace

base::Result<DnsList> DnsList::parse(std::string_view text) {
  const auto wrong =
      base::fail(base::Exit::configuration,
                 "'" + base::printable(text, 80) + "' is not a list like bl.example.net=127.0.0.2*1");
  DnsList out;
  auto rest = base::trim(text);
  if (const auto star = rest.rfind('*'); star != std::string_view::npos) {
    const auto weight = parse_weight(base::trim(rest.substr(star + 1)));
    if (!weight) return wrong;
    out.weight = *weight;
    rest = base::trim(rest.substr(0, star));
  }
  const auto equals = std::min(rest.find('='), rest.size());
  out.zone = base::lower(base::trim(rest.substr(0, equals)));
  if (out.zone.ends_with('.')) out.zone.pop_back();
  if (!is_zone(out.zone)) return wrong;
  for (rest.remove_prefix(equals); !rest.empty();) {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find(','), rest.size());
    const auto range = parse_range(base::trim(rest.substr(0, end)));
    if (!range || out.answers.size() >= ranges_limit) return wrong;
    out.answers.push_back(*range);
    rest.remove_prefix(end);
  }
  return out;
}

bool DnsList::counts(const std::vector<std::string>& addresses) const {
  return std::any_of(addresses.begin(), addresses.end(), [&](const std::string& address) {
    const auto number = number_of(address);
    if (!number) return false;
    const auto inside = [&](const Range& range) { return *number >= range.first && *number <= range.second; };
    if (answers.empty()) return inside({first_answer, last_answer});
    return std::any_of(answers.begin(), answers.end(), inside);
  });
}

bool DnsList::refuses(const std::vector<std::string>& addresses) const {
  const auto is_error = [](const std::string& address) {
    return number_of(address).value_or(0) >> 8 == 0x7FFFFF;
  };
  return !counts(addresses) && std::any_of(addresses.begin(), addresses.end(), is_error);
}

std::string DnsList::name_for(const std::string& address) const {
  const auto reversed = reversed_address(address);
  return reversed ? *reversed + "." + zone : "";
}

}  // namespace net
