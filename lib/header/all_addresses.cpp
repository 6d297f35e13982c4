#include "header/all_addresses.hpp"

#include <iterator>

#include "base/ascii.hpp"

namespace header {

std::vector<Address> all_addresses(const std::vector<Field>& fields, std::string_view name,
                                   std::size_t limit) {
  std::vector<Address> out;
  for (const auto& field : fields) {
    if (out.size() >= limit || !base::iequals(field.name, name)) continue;
    auto more = parse_addresses(field.body, limit - out.size());
    std::move(more.begin(), more.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace header
