#include "auth/password.hpp"

#include <crypt.h>
#include <string.h>

#include <memory>

#include "base/ascii.hpp"

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

bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
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
  if (base::istarts_with(hash, "{CRYPT}")) hash.remove_prefix(7);
  const std::string setting(hash);
  const bool possible = !setting.empty() && setting.front() != '{' && usable(password);
  const auto result = possible ? crypted(password, setting) : std::string("*");
  if (result.front() != '*') return same(result, setting);
  crypted(usable(password) ? password : std::string(), dummy_setting);
  return false;
}

bool verify(const User* user, const std::string& password) {
  return verify(user ? std::string_view(user->hash) : std::string_view(), password);
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
