#include "auth/password.hpp"

#include <crypt.h>
#include <string.h>

#include <memory>

#include "auth/scram.hpp"
#include "base/ascii.hpp"
#include "codec/hmac.hpp"

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

}  // namespace

void wipe(std::string& secret) {
  explicit_bzero(secret.data(), secret.size());
  secret.clear();
}

bool verify(std::string_view hash, const std::string& password) {
  const auto keys = parse_scram(hash);
  if (keys) {
    const auto given = derive(password, keys->salt, keys->iterations);
    if (given && codec::same_octets(given->stored, keys->stored)) return true;
  }
  if (base::istarts_with(hash, "{CRYPT}")) hash.remove_prefix(7);
  const std::string setting(hash);
  const bool possible = !setting.empty() && setting.front() != '{' && usable(password);
  const auto result = possible ? crypted(password, setting) : std::string("*");
  const bool hashed = result.front() != '*';
  if (hashed && codec::same_octets(result, setting)) return true;
  // What is wrong costs the work of both kinds, whichever the user has.
  if (!hashed) crypted(usable(password) ? password : std::string(), dummy_setting);
  if (!keys) (void)derive(password, dummy_setting, scram_iterations);
  return false;
}

bool verify(const User* user, const std::string& password) {
  return verify(user ? std::string_view(user->hash) : std::string_view(), password);
}

base::Result<std::string> make_scram_hash(const std::string& password, std::uint32_t iterations) {
  if (!usable(password)) return base::fail(base::Exit::data, "a password has 1 to 511 octets and no NUL");
  TRY_ASSIGN(auto salt, random_octets(16));
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
