#include "auth/password.hpp"

#include <crypt.h>
#include <string.h>

#include <memory>

#include "auth/scram.hpp"
#include "base/ascii.hpp"
#include "codec/hmac.hpp"
#include "fs/random.hpp"

namespace auth {

namespace {

// A valid setting of the default cost, so that a name nobody has takes as long as a wrong password.
constexpr const char* dummy_setting = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1";

// The result of crypt_r in wiped memory: its work area holds the password.
std::string crypted(const std::string& password, const std::string& setting) {
  const auto data = std::make_unique<crypt_data>();
  const char* hashed = crypt_r(password.c_str(), setting.c_str(), data.get());
  std::string out = hashed ? hashed : "*";
  explicit_bzero(data.get(), sizeof *data);
  return out;
}

bool usable(const std::string& password) {
  return password.size() < CRYPT_MAX_PASSPHRASE_SIZE && password.find('\0') == std::string::npos;
}

/// What is wrong costs the work of both kinds, whichever the user has.
bool passes(const Trial& trial, std::string_view hash, const std::string& password) {
  const auto result = crypted(usable(password) ? password : std::string(), trial.setting);
  const bool same = codec::same_octets(result, trial.setting);
  if (same && trial.possible && usable(password)) return true;
  const auto given = derive(password, trial.salt, trial.iterations);
  const auto keys = parse_scram(hash);
  return trial.possible && keys && given && codec::same_octets(given->stored, keys->stored);
}

}  // namespace

void wipe(std::string& secret) {
  explicit_bzero(secret.data(), secret.size());
  secret.clear();
}

Trial trial_of(std::string_view hash) {
  Trial out = {dummy_setting, dummy_setting, scram_iterations, false};
  if (auto keys = parse_scram(hash)) {
    out.salt = std::move(keys->salt);
    out.iterations = keys->iterations;
    out.possible = true;
    return out;
  }
  if (base::istarts_with(hash, "{CRYPT}")) hash.remove_prefix(7);
  const std::string setting(hash);
  const int checked = crypt_checksalt(setting.c_str());
  out.possible = checked != CRYPT_SALT_INVALID && checked != CRYPT_SALT_METHOD_DISABLED &&
                 setting.find('\0') == std::string::npos;
  if (out.possible) out.setting = setting;
  return out;
}

Trial trial_of(const std::vector<User>& users, std::string_view name, std::string_view secret) {
  std::vector<const User*> others;
  for (const auto& user : users) {
    if (trial_of(user.hash).possible) others.push_back(&user);
  }
  const User* other = stand_in(others, name, secret);
  auto invented = trial_of(other ? std::string_view(other->hash) : std::string_view());
  invented.possible = false;
  const User* user = find(users, name);
  auto own = trial_of(user ? std::string_view(user->hash) : std::string_view());
  return own.possible ? own : invented;
}

bool verify(std::string_view hash, const std::string& password) {
  return passes(trial_of(hash), hash, password);
}

bool verify(const std::vector<User>& users, std::string_view name, const std::string& password,
            std::string_view secret) {
  const User* user = find(users, name);
  return passes(trial_of(users, name, secret), user ? std::string_view(user->hash) : std::string_view(),
                password);
}

base::Result<std::string> make_scram_hash(const std::string& password, std::uint32_t iterations) {
  if (!usable(password)) return base::fail(base::Exit::data, "a password has 1 to 511 octets and no NUL");
  TRY_ASSIGN(auto salt, fs::random_octets(16));
  TRY_ASSIGN(const auto keys, derive(password, std::move(salt), iterations));
  return to_hash(keys);
}

base::Result<std::string> make_hash(const std::string& password) {
  if (password.empty() || !usable(password)) {
    return base::fail(base::Exit::data, "a password has 1 to 511 octets and no NUL");
  }
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (!crypt_gensalt_rn("$y$", 0, nullptr, 0, setting, sizeof setting))
    return base::system_error("making a salt");
  const auto hashed = crypted(password, setting);
  if (hashed.front() == '*') return base::fail(base::Exit::os, "crypt(3) could not hash the password");
  return "{CRYPT}" + hashed;
}

}  // namespace auth
