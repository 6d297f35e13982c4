// The `users` file with its hashes, for programs that check passwords: `name:{SCHEME}hash:uid:gid::home::`,
// the passwd-file layout of Dovecot. Lines with # are comments. Everybody else uses auth/accounts.hpp,
// without hashes. Behind the shell may stand extra fields, of which `quota=1G`, and Dovecot's
// `userdb_quota_rule=*:storage=1G` and `userdb_quota_storage_size=1G`, are the user's quota.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace auth {

struct User {
  std::string name;
  std::string hash;  // with its {SCHEME}, if it has one; empty: nobody may log in
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string home;        // absolute
  std::string quota = {};  // of the extra fields; `1G`, or `1G,5000` with a number of messages; mostly empty
};

/// Whether hashes are kept: a program that only looks up names holds none.
enum class Hashes { keep, drop };

/// Pure. An error (Exit::configuration) names `file` and the line: a missing field, an id that is no number,
/// a home that is not absolute, a name twice (names differ by more than case).
base::Result<std::vector<User>> parse_users(std::string_view text, const std::string& file,
                                            Hashes hashes = Hashes::keep);

/// Drops the hashes and wipes `text` too, whether it parses or not.
base::Result<std::vector<User>> names_only(std::string& text, const std::string& file);

/// By name in any case; nullptr if there is none.
const User* find(const std::vector<User>& users, std::string_view name);

/// The same text with `hash` in the line of `name`; every other byte stays. Exit::no_user if there is no such
/// line, Exit::data if `hash` holds a colon or a control character.
base::Result<std::string> with_hash(std::string_view text, std::string_view name, std::string_view hash);

}  // namespace auth
