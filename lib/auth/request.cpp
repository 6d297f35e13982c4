#include "auth/request.hpp"

#include <string.h>
#include <unistd.h>

#include <cerrno>

#include "auth/password.hpp"
#include "auth/scram.hpp"
#include "codec/base64.hpp"
#include "fs/fd.hpp"

namespace auth {

namespace {

using base::Exit;

/// At most `size` octets; 0 at the end.
base::Result<std::size_t> read_some(int descriptor, char* to, std::size_t size) {
  ssize_t got = 0;
  do {
    got = read(descriptor, to, size);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return base::fail(Exit::usage, "descriptor 3 is not readable: start me from a login program");
  return static_cast<std::size_t>(got);
}

base::Error ended() {
  return base::fail(Exit::not_permitted, "the login was given up");
}

class Fields {
 public:
  explicit Fields(int descriptor) : descriptor_(descriptor) {}

  /// Up to the next NUL.
  base::Result<std::string> next() {
    std::size_t end = 0;
    while ((end = buffer_.find('\0')) == std::string::npos) TRY(more());
    auto out = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return out;
  }

  base::Result<char> octet() {
    while (buffer_.empty()) TRY(more());
    return buffer_.front();
  }

 private:
  base::Result<void> more() {
    if (buffer_.size() > scram_request_limit)
      return base::fail(Exit::usage, "descriptor 3: the login is too long");
    char chunk[4096];
    TRY_ASSIGN(const auto got, read_some(descriptor_, chunk, sizeof chunk));
    if (got == 0) return ended();
    buffer_.append(chunk, got);
    return {};
  }

  int descriptor_;
  std::string buffer_;
};

}  // namespace

base::Result<Login> read_login(int descriptor, std::size_t limit) {
  std::string input(limit + 1, '\0');
  std::size_t length = 0;
  while (length < input.size()) {
    TRY_ASSIGN(const auto got, read_some(descriptor, input.data() + length, input.size() - length));
    if (got == 0) break;
    length += got;
  }
  const auto text = std::string_view(input).substr(0, length);
  const auto name_end = text.find('\0');
  const auto password_end = name_end == text.npos ? text.npos : text.find('\0', name_end + 1);
  const bool whole =
      length <= limit && password_end != text.npos && text.find('\0', password_end + 1) != text.npos;
  Login login;
  if (whole) {
    login = {std::string(text.substr(0, name_end)),
             std::string(text.substr(name_end + 1, password_end - name_end - 1))};
  }
  wipe(input);
  if (!whole)
    return base::fail(Exit::usage, "descriptor 3: name, password and stamp, each ended by NUL, expected");
  return login;
}

base::Result<std::string> converse(int descriptor, const std::vector<User>& users, std::string_view secret,
                                   const UserNamed& user_named) {
  Fields fields(descriptor);
  TRY_ASSIGN(const auto said, fields.next());
  TRY_ASSIGN(const auto name, user_named(said));
  const auto keys = keys_of(users, name, secret);
  const auto parameters = std::to_string(keys.iterations) + "," + codec::base64_encode(keys.salt) + "\n";
  TRY(fs::write_all(descriptor, parameters));
  TRY_ASSIGN(const auto message, fields.next());
  TRY_ASSIGN(const auto proof, fields.next());
  const User* user = find(users, name);
  const bool right = proves(keys, message, proof);
  if (user == nullptr || !right) return base::fail(Exit::not_permitted, "wrong name or password");
  TRY(fs::write_all(descriptor, server_signature(keys, message) + "\n"));
  TRY_ASSIGN(const char go, fields.octet());
  if (go != '+') return ended();
  return user->name;
}

}  // namespace auth
