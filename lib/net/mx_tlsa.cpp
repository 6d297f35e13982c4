#include "net/mx_tlsa.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/ascii.hpp"
#include "net/dns_record.hpp"

namespace net {

std::string tlsa_name(std::uint16_t port, std::string_view host) {
  auto out = "_" + std::to_string(port) + "._tcp." + std::string(host);
  return !host.empty() && is_domain_name(out) ? out : "";
}

bool is_usable_tlsa(std::string_view record) {
  const auto words = base::words(record);
  if (words.size() != 4) return false;
  const auto& [usage, selector, matching, data] = std::tie(words[0], words[1], words[2], words[3]);
  const bool hex = std::all_of(data.begin(), data.end(), [](char c) { return base::hex_value(c) >= 0; });
  if (!hex || data.empty() || data.size() % 2 != 0) return false;
  if ((usage != "2" && usage != "3") || (selector != "0" && selector != "1")) return false;
  const std::size_t octets = data.size() / 2;
  return matching == "0" || (matching == "1" && octets == 32) || (matching == "2" && octets == 64);
}

std::vector<std::string> usable_tlsa(const std::vector<std::string>& records) {
  std::vector<std::string> out;
  std::copy_if(records.begin(), records.end(), std::back_inserter(out), is_usable_tlsa);
  return out;
}

}  // namespace net
