// Any text as a users file: parsing and rewriting agree on who is there.
#include <cstdint>
#include <cstdlib>

#include "auth/users.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto users = auth::parse_users(text, "users");
  if (!users) return 0;
  for (const auto& user : *users) {
    const auto changed = auth::with_hash(text, user.name, "new");
    if (!changed) std::abort();
    const auto again = auth::parse_users(*changed, "users");
    if (!again || auth::find(*again, user.name)->hash != "new") std::abort();
  }
  return 0;
}
