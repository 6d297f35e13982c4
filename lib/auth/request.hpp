// What a program that checks logins is told on descriptor 3: the checkpassword interface, and a conversation
// for SCRAM, so that the keys never leave the process that reads the users file.
//
// SCRAM, on a socket:  in `NAME NUL`                        out `ITERATIONS,SALT LF`
//                      in `AUTHMESSAGE NUL PROOF NUL`       out `SIGNATURE LF`, or the end if the proof is
//                      wrong in `+`: the session may begin; the end instead means that it must not
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "auth/users.hpp"
#include "base/result.hpp"

namespace auth {

struct Login {
  std::string name;
  std::string password;
};

/// The user that a name stands for which somebody logs in by.
using UserNamed = std::function<base::Result<std::string>(const std::string& name)>;

constexpr std::size_t password_request_limit = 512;     // octets, the interface's own limit
constexpr std::size_t token_request_limit = 16 * 1024;  // a token is longer than a password
constexpr std::size_t scram_request_limit = 64 * 1024;

/// `NAME NUL PASSWORD NUL STAMP NUL` and the end. Exit::usage for anything else, or for more than `limit`
/// octets.
base::Result<Login> read_login(int descriptor, std::size_t limit);

/// Holds the conversation; returns the name whose proof was right, when the session may begin.
/// Exit::not_permitted for a wrong proof, an unknown name and an early end alike. `secret`: as in keys_of().
base::Result<std::string> converse(int descriptor, const std::vector<User>& users, std::string_view secret,
                                   const UserNamed& user_named);

}  // namespace auth
