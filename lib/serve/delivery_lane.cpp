#include "serve/delivery_lane.hpp"

#include "serve/lines.hpp"
#include "smtp/path.hpp"

namespace serve {

std::string lane_of(const AccountPolicy& policy, const std::string& address) {
  const auto local = std::string_view(address).substr(0, address.rfind('@'));
  const auto who = policy.expand(local, smtp::domain_of(address));
  return local_line(who.size() == 1 && who.users.size() == 1 ? who.users[0] : "<" + address + ">");
}

std::string shared_lane(const std::string& lane) {
  return lane + " and others";
}

Whom whom(const AccountPolicy& policy, const spool::Envelope& envelope, const std::string& address) {
  const auto local = std::string_view(address).substr(0, address.rfind('@'));
  if (envelope.expanded) return {{}, policy.user_of(local)};
  Whom out{policy.expand(local, smtp::domain_of(address)), {}};
  const auto& who = out.who;
  if (who.list.empty() && who.size() == 1 && who.users.size() == 1) out.user = who.users[0];
  return out;
}

}  // namespace serve
