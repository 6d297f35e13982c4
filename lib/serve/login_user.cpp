#include "serve/login_user.hpp"

#include <unistd.h>

#include <cerrno>

#include "serve/account_policy.hpp"

namespace serve {

base::Result<std::string> login_user(const proc::Options& given, const std::string& name) {
  if (name.find('@') == std::string::npos) return name;
  // As where check-password serves other programs than ours.
  if (access(given.get("domains").c_str(), F_OK) != 0 && errno == ENOENT) return name;
  TRY_ASSIGN(const auto policy, AccountFiles::read_names(given));
  return policy.login_of(name);
}

}  // namespace serve
