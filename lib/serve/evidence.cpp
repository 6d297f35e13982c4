#include "serve/evidence.hpp"

#include <unistd.h>

#include "auth/apop.hpp"
#include "auth/password.hpp"
#include "auth/request.hpp"
#include "auth/scram.hpp"
#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "serve/login_user.hpp"
#include "serve/pam_check.hpp"

namespace serve {

namespace {

using base::Exit;

constexpr unsigned token_seconds = 60;

base::Error wrong() {
  return base::fail(Exit::not_permitted, "wrong name or password");
}

/// The words of token-check are its arguments; the last one is what it starts if the token is good.
base::Result<std::vector<std::string>> token_command(const std::string& words) {
  auto out = base::words(words);
  if (out.empty()) return base::fail(Exit::configuration, "token-check is not set: nobody can check tokens");
  out.push_back("/bin/true");
  return out;
}

class Evidence {
 public:
  Evidence(int descriptor, const proc::Options& given, const std::vector<auth::User>& users)
      : descriptor_(descriptor),
        given_(given),
        users_(users),
        secret_(auth::invention_secret(given.get("users"))) {}

  base::Result<std::string> password() const {
    const auto checked_by = given_.get("password-check");
    if (checked_by != "users" && checked_by != "pam")
      return given_.wrong("password-check", "users or pam expected");
    TRY_ASSIGN(auto login, read_login(auth::password_request_limit));
    const auto right = checked_by == "pam"
                           ? check_by_pam(login.name, login.password)
                           : base::Result<bool>(auth::verify(users_, login.name, login.password, secret_));
    auth::wipe(login.password);
    TRY(right);
    if (!*right) return wrong();
    return login.name;
  }

  base::Result<std::string> token() const {
    TRY_ASSIGN(auto login, read_login(auth::token_request_limit));
    TRY_ASSIGN(const auto command, token_command(given_.get("token-check")));
    TRY_ASSIGN(auto sockets, fs::stream_sockets());
    auto& [ours, theirs] = sockets;
    std::string text = login.name + '\0' + login.password + '\0' + '\0';
    // It fits into the socket's buffer whether the program reads it or not.
    const auto handed = fs::write_all(ours.get(), text);
    auth::wipe(text);
    auth::wipe(login.password);
    TRY(handed);
    ours.reset();
    close(descriptor_);
    TRY_ASSIGN(const auto pid, proc::start({command, {{theirs.get(), descriptor_}}, {}}));
    TRY_ASSIGN(const int status, proc::wait(pid, token_seconds));
    if (status == 0) return login.name;
    if (status == 1 || status == static_cast<int>(Exit::not_permitted)) return wrong();
    return base::fail(Exit::temporary, "token-check ended with " + std::to_string(status));
  }

  base::Result<std::string> apop() const {
    TRY_ASSIGN(const auto login, read_login(auth::password_request_limit));
    TRY_ASSIGN(const bool right,
               auth::verify_apop(given_.get("users") + ".apop", login.name, login.password));
    if (!right) return wrong();
    return login.name;
  }

  base::Result<std::string> certificate() const {
    TRY_ASSIGN(auto login, read_login(auth::password_request_limit));
    // Who goes on as that user has looked whose it is as well, and the aliases may have changed since.
    if (!login.password.empty() && !base::iequals(login.password, login.name))
      return base::fail(Exit::temporary, "whose the certificate is has changed");
    return std::move(login.name);
  }

  base::Result<std::string> scram() const {
    return auth::converse(descriptor_, users_, secret_,
                          [this](const std::string& name) { return user_named(name); });
  }

 private:
  /// As the file writes him: PAM, and who checks tokens, may take case to matter.
  base::Result<std::string> user_named(const std::string& name) const {
    auto out = login_user(given_, users_, name);
    if (!out) return base::fail(Exit::temporary, out.error().what);
    const auto* user = auth::find(users_, *out);
    return user == nullptr ? *out : user->name;
  }

  base::Result<auth::Login> read_login(std::size_t limit) const {
    TRY_ASSIGN(auto login, auth::read_login(descriptor_, limit));
    auto name = user_named(login.name);
    if (!name) auth::wipe(login.password);
    TRY(name);
    login.name = std::move(*name);
    return login;
  }

  int descriptor_;
  const proc::Options& given_;
  const std::vector<auth::User>& users_;
  std::string secret_;
};

}  // namespace

base::Result<std::string> identify(int descriptor, const proc::Options& given,
                                   const std::vector<auth::User>& users) {
  const auto kind = given.get("evidence");
  const Evidence evidence(descriptor, given, users);
  if (kind == "password") return evidence.password();
  if (kind == "scram") return evidence.scram();
  if (kind == "token") return evidence.token();
  if (kind == "apop") return evidence.apop();
  if (kind == "certificate") return evidence.certificate();
  return base::fail(Exit::usage, "evidence: password, scram, token, apop or certificate expected");
}

}  // namespace serve
