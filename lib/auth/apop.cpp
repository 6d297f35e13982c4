#include "auth/apop.hpp"

#include "auth/password.hpp"
#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "codec/hmac.hpp"
#include "codec/md5.hpp"
#include "codec/saslprep.hpp"
#include "fs/plain_file.hpp"

namespace auth {

namespace {

constexpr std::size_t file_limit = 16 << 20;

/// Of the user with this name; nothing if there is none.
std::string_view secret_of(std::string_view text, std::string_view name) {
  std::string_view found;
  while (!text.empty()) {
    auto line = base::take_line(text);
    // As editors elsewhere end lines. A blank may be part of a secret.
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (line.starts_with('#') || colon == line.npos || !base::iequals(line.substr(0, colon), name)) continue;
    if (found.empty()) found = line.substr(colon + 1);
  }
  return found;
}

}  // namespace

bool proves_apop(std::string_view text, std::string_view name, std::string_view proof) {
  const auto blank = proof.rfind(' ');
  if (blank == proof.npos) return false;
  const auto secret = secret_of(text, name);
  // RFC 6856 section 2.2; ASCII stays as it is.
  const auto prepared = codec::saslprep(secret);
  std::string whole(proof.substr(0, blank));
  whole += prepared ? *prepared : std::string(secret);
  const bool right = codec::same_octets(codec::md5(whole), proof.substr(blank + 1));
  wipe(whole);
  return right && !secret.empty();
}

base::Result<bool> verify_apop(const std::string& path, std::string_view name, std::string_view proof) {
  auto text = fs::read_plain(path, file_limit, S_IRWXG | S_IRWXO);
  if (!text) return base::fail(base::Exit::temporary, text.error().what);
  const auto whole = base::check_whole(*text, path);
  const bool right = proves_apop(*text, name, proof);
  wipe(*text);
  if (!whole) return base::fail(base::Exit::temporary, whole.error().what);
  return right;
}

}  // namespace auth
