#include "serve/certificate_user.hpp"

#include "serve/account_policy.hpp"

namespace serve {

base::Result<std::string> certificate_user(const proc::Options& given, const std::string& name) {
  if (name.find('@') == std::string::npos) return name;
  TRY_ASSIGN(const auto files, AccountFiles::load(given));
  return files.policy().login_of(name);
}

}  // namespace serve
