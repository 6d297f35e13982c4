// Addresses where a field may stand more than once.
#pragma once

#include <string_view>
#include <vector>

#include "header/address.hpp"
#include "header/field.hpp"

namespace header {

/// Those of all fields of that name, in order: of To and Cc there are several now and then, and an answer is
/// to reach everyone. At most `limit` of them, group marks too.
std::vector<Address> all_addresses(const std::vector<Field>& fields, std::string_view name,
                                   std::size_t limit = 10'000);

}  // namespace header
