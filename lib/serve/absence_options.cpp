#include "serve/absence_options.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/accounts.hpp"
#include "fs/plain_file.hpp"
#include "header/address.hpp"

namespace serve {

namespace {

constexpr std::size_t domains_limit = 64 << 20;
constexpr std::uint64_t day = 86'400;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// However it is quoted: as the same one in a header is compared with it.
std::string as_in_headers(const std::string& address) {
  const auto found = header::parse_addresses(address);
  return found.size() == 1 ? header::to_mailbox(found[0]) : address;
}

}  // namespace

base::Result<Absence> absence_options(const proc::Options& given) {
  Absence out;
  out.user = variable("USER");
  out.recipient = variable("RECIPIENT");
  for (const auto& address : given.all("address")) out.addresses.push_back(as_in_headers(address));
  out.subaddress = given.get("subaddress");
  TRY_ASSIGN(const auto days, given.number("days", 0, 3650));
  out.interval = days * day;
  if (given.has("begin")) {
    TRY_ASSIGN(out.begin, parse_moment(given.get("begin"), false));
  }
  if (given.has("end")) {
    TRY_ASSIGN(out.end, parse_moment(given.get("end"), true));
  }
  if (out.begin && out.end && *out.end < *out.begin)
    return base::fail(base::Exit::usage, "end: it is before begin, so nobody would ever be away");
  const auto domains = fs::read_trusted(given.get("domains"), domains_limit);
  TRY_ASSIGN(const auto local, auth::Accounts::parse(domains ? *domains : "", "", "users"));
  out.is_local_domain = [local](std::string_view domain) { return local.is_local_domain(domain); };
  return out;
}

}  // namespace serve
