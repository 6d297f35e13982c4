#include "serve/quota_option.hpp"

#include <cstdlib>

#include "proc/log.hpp"

namespace serve {

base::Result<maildir::Quota> quota_option(const proc::Options& given) {
  auto out = maildir::parse_quota(given.get("quota"));
  if (!out) return base::fail(base::Exit::usage, out.error().what);
  return out;
}

maildir::Quota own_quota(const maildir::Quota& of_site) {
  const char* const own = std::getenv(own_quota_variable);
  if (own == nullptr) return of_site;
  const auto quota = maildir::parse_quota(own);
  if (quota) return *quota;
  const char* const user = std::getenv("USER");
  proc::log("-", "trouble",
            {{"user", user == nullptr ? "-" : user}, {"reason", "users: " + quota.error().what}});
  return of_site;
}

base::Result<bool> full_fails_option(const proc::Options& given) {
  const auto full = given.get("over-quota");
  if (full != "defer" && full != "bounce")
    return base::fail(base::Exit::usage, "over-quota: defer or bounce");
  return full == "bounce";
}

}  // namespace serve
