// What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677): enough to know the
// password when it comes, not enough to log in with. In the users file as Dovecot writes it:
// `{SCRAM-SHA-256}ITERATIONS,SALT,STOREDKEY,SERVERKEY`, the last three in base64.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/users.hpp"
#include "base/result.hpp"

namespace auth {

struct ScramKeys {
  std::uint32_t iterations = 0;
  std::string salt;    // octets
  std::string stored;  // 32 octets
  std::string server;  // 32 octets
};

constexpr std::uint32_t scram_iterations = 16'384;  // RFC 7677 section 4: at least 4096

/// Nothing for every other hash.
std::optional<ScramKeys> parse_scram(std::string_view hash);

std::string to_hash(const ScramKeys& keys);

/// Exit::data for a password that SASLprep (RFC 4013) does not let through.
base::Result<ScramKeys> derive(std::string_view password, std::string salt, std::uint32_t iterations);

/// The one of `others` whom a name that nobody has is treated like: always the same one as long as these are,
/// and `secret` is. nullptr: there are none.
const User* stand_in(const std::vector<const User*>& others, std::string_view name, std::string_view secret);

/// The keys of `name`. For a name that does not exist, or has none, keys that nobody has a password for: the
/// same salt whenever that name is asked for, as long as `secret` is the same, and with the iterations of
/// another user, each as often as users have them.
ScramKeys keys_of(const std::vector<User>& users, std::string_view name, std::string_view secret);

/// Whether `proof` (base64) was made by who knows the password.
bool proves(const ScramKeys& keys, std::string_view auth_message, std::string_view proof);

/// In base64: shows the client that the server knows it too.
std::string server_signature(const ScramKeys& keys, std::string_view auth_message);

/// What invented salts are made from: the file beside `users`, as set-password makes it, else what this host
/// has of its own. Nobody on another host can know it.
std::string invention_secret(const std::string& users);

/// Makes that file, unless it is there.
base::Result<void> keep_invention_secret(const std::string& users);

}  // namespace auth
