// Password hashes as crypt(5) writes them, with the scheme {CRYPT} or none, and {SCRAM-SHA-256}
// (auth/scram.hpp). Anything else, {PLAIN} too, never matches.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/users.hpp"
#include "base/result.hpp"

namespace auth {

/// Overwrites and empties a secret.
void wipe(std::string& secret);

/// What a password is put to, whether it is right, wrong or nobody's: one crypt(3), and unless that has shown
/// that it is right, one PBKDF2. The time that this takes is all that an answer shows.
struct Trial {
  std::string setting;  // for crypt(3)
  std::string salt;     // for PBKDF2
  std::uint32_t iterations = 0;
  bool possible = false;  // some password is right
};

/// For an empty, locked (`*`, `!`) or foreign hash: yescrypt of the default cost.
Trial trial_of(std::string_view hash);

/// That of the user with this name. For one whom no password lets in, and for a name that nobody has, that of
/// another user, always the same one: whatever schemes and costs there are in the file, those who are not in
/// it have them as often as those who are. `secret`: as in keys_of().
Trial trial_of(const std::vector<User>& users, std::string_view name, std::string_view secret);

/// Whether `password` belongs to `hash`; never one with a NUL or of more than 511 octets.
bool verify(std::string_view hash, const std::string& password);

/// Whether it is the password of the user with this name, with the work of trial_of().
bool verify(const std::vector<User>& users, std::string_view name, const std::string& password,
            std::string_view secret);

/// A new {CRYPT} yescrypt hash with a random salt. Exit::data for an empty password, one that holds a NUL, or
/// one longer than 511 octets.
base::Result<std::string> make_hash(const std::string& password);

/// New keys for SCRAM-SHA-256, as the users file holds them. Exit::data as above, and for what SASLprep
/// refuses.
base::Result<std::string> make_scram_hash(const std::string& password, std::uint32_t iterations);

}  // namespace auth
