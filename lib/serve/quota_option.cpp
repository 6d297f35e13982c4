#include "serve/quota_option.hpp"

namespace serve {

base::Result<maildir::Quota> quota_option(const proc::Options& given) {
  auto out = maildir::parse_quota(given.get("quota"));
  if (!out) return base::fail(base::Exit::usage, out.error().what);
  return out;
}

}  // namespace serve
