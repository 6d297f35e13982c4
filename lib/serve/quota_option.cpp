#include "serve/quota_option.hpp"

namespace serve {

base::Result<maildir::Quota> quota_option(const proc::Options& given) {
  auto out = maildir::parse_quota(given.get("quota"));
  if (!out) return base::fail(base::Exit::usage, out.error().what);
  return out;
}

base::Result<bool> full_fails_option(const proc::Options& given) {
  const auto full = given.get("over-quota");
  if (full != "defer" && full != "bounce")
    return base::fail(base::Exit::usage, "over-quota: defer or bounce");
  return full == "bounce";
}

}  // namespace serve
