#include "net/mx.hpp"

#include <algorithm>
#include <set>

#include "base/ascii.hpp"
#include "net/dns_record.hpp"

namespace net {

std::optional<Exchanger> parse_exchanger(std::string_view record) {
  const auto blank = record.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto preference = base::parse_number(record.substr(0, blank), UINT16_MAX);
  auto name = base::lower(record.substr(blank + 1));
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  if (!preference || (name != "." && !is_domain_name(name))) return std::nullopt;
  return Exchanger{static_cast<std::uint16_t>(*preference), std::move(name)};
}

std::vector<Exchanger> in_order(const std::vector<std::string>& records,
                                const std::function<std::size_t(std::size_t)>& below) {
  std::vector<Exchanger> out;
  for (const auto& record : records) {
    auto one = parse_exchanger(record);
    if (one && one->name != ".") out.push_back(std::move(*one));
  }
  for (std::size_t left = out.size(); left > 1; --left) std::swap(out[left - 1], out[below(left)]);
  std::stable_sort(out.begin(), out.end(),
                   [](const Exchanger& a, const Exchanger& b) { return a.preference < b.preference; });
  std::set<std::string> seen;
  std::erase_if(out, [&](const Exchanger& one) { return !seen.insert(one.name).second; });
  return out;
}

bool is_null_mx(const std::vector<std::string>& records) {
  const auto one = records.size() == 1 ? parse_exchanger(records[0]) : std::nullopt;
  return one && one->name == ".";
}

bool drop_from_ours(std::vector<Exchanger>& ordered, const std::function<bool(const Exchanger&)>& is_ours) {
  const auto ours = std::find_if(ordered.begin(), ordered.end(), is_ours);
  if (ours == ordered.end()) return false;
  const auto preference = ours->preference;
  std::erase_if(ordered, [&](const Exchanger& one) { return one.preference >= preference; });
  return true;
}

}  // namespace net
