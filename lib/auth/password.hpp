// Password hashes as crypt(5) writes them, with the scheme {CRYPT} or none, and {SCRAM-SHA-256}
// (auth/scram.hpp). Anything else, {PLAIN} too, never matches.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/users.hpp"
#include "base/result.hpp"

namespace auth {

/// Overwrites and empties a secret.
void wipe(std::string& secret);

/// Whether `password` belongs to `hash`. An empty, locked (`*`, `!`) or foreign hash costs as much time as a
/// yescrypt hash of the default cost and does not match; nor does a password with a NUL or of more than 511
/// octets.
bool verify(std::string_view hash, const std::string& password);

/// The same for a user who may not exist: nullptr takes the time of a wrong password.
bool verify(const User* user, const std::string& password);

/// A new {CRYPT} yescrypt hash with a random salt. Exit::data for an empty password, one that holds a NUL, or
/// one longer than 511 octets.
base::Result<std::string> make_hash(const std::string& password);

/// New keys for SCRAM-SHA-256, as the users file holds them. Exit::data as above, and for what SASLprep
/// refuses.
base::Result<std::string> make_scram_hash(const std::string& password, std::uint32_t iterations);

}  // namespace auth
