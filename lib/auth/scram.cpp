#include "auth/scram.hpp"

#include <string.h>
#include <unistd.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "codec/base64.hpp"
#include "codec/hmac.hpp"
#include "codec/saslprep.hpp"
#include "fs/fd.hpp"
#include "fs/random.hpp"

namespace auth {

namespace {

constexpr std::string_view scheme = "{SCRAM-SHA-256}";
constexpr std::uint32_t most_iterations = 10'000'000;  // seconds of work
constexpr std::size_t salt_size = 16;
constexpr std::size_t secret_size = 32;

std::string_view next_field(std::string_view& text) {
  const auto comma = std::min(text.find(','), text.size());
  const auto field = text.substr(0, comma);
  text.remove_prefix(std::min(comma + 1, text.size()));
  return field;
}

std::optional<std::string> octets(std::string_view field) {
  auto out = codec::base64_decode(field, codec::Base64Reading::strict);
  if (!out || out->empty()) return std::nullopt;
  return std::move(*out);
}

std::string secret_path(const std::string& users) {
  return users + ".secret";
}

/// What others have, so that an invented one does not stand out.
ScramKeys pattern(const std::vector<User>& users, std::string_view name, std::string_view secret) {
  std::vector<const User*> others;
  for (const auto& user : users) {
    if (parse_scram(user.hash)) others.push_back(&user);
  }
  const User* other = stand_in(others, name, secret);
  return other ? parse_scram(other->hash).value()
               : ScramKeys{scram_iterations, std::string(salt_size, '\0'), {}, {}};
}

}  // namespace

std::optional<ScramKeys> parse_scram(std::string_view hash) {
  if (!base::istarts_with(hash, scheme)) return std::nullopt;
  hash.remove_prefix(scheme.size());
  const auto iterations = base::parse_number(next_field(hash), most_iterations);
  auto salt = octets(next_field(hash));
  auto stored = octets(next_field(hash));
  auto server = octets(next_field(hash));
  const bool whole = iterations && *iterations > 0 && salt && stored && server && hash.empty() &&
                     stored->size() == codec::sha256_size && server->size() == codec::sha256_size;
  if (!whole) return std::nullopt;
  return ScramKeys{static_cast<std::uint32_t>(*iterations), std::move(*salt), std::move(*stored),
                   std::move(*server)};
}

std::string to_hash(const ScramKeys& keys) {
  return std::string(scheme) + std::to_string(keys.iterations) + "," + codec::base64_encode(keys.salt) + "," +
         codec::base64_encode(keys.stored) + "," + codec::base64_encode(keys.server);
}

base::Result<ScramKeys> derive(std::string_view password, std::string salt, std::uint32_t iterations) {
  TRY_ASSIGN(auto prepared, codec::saslprep(password));
  auto salted = codec::pbkdf2_sha256(prepared, salt, iterations);
  auto client = codec::hmac_sha256(salted, "Client Key");
  ScramKeys out = {iterations, std::move(salt), codec::sha256(client),
                   codec::hmac_sha256(salted, "Server Key")};
  for (auto* secret : {&prepared, &salted, &client}) explicit_bzero(secret->data(), secret->size());
  return out;
}

const User* stand_in(const std::vector<const User*>& others, std::string_view name, std::string_view secret) {
  if (others.empty()) return nullptr;
  const auto number = codec::hmac_sha256(secret, "another " + base::lower(name));
  std::size_t at = 0;
  for (const char c : number.substr(0, sizeof at)) at = at << 8 | static_cast<unsigned char>(c);
  return others[at % others.size()];
}

ScramKeys keys_of(const std::vector<User>& users, std::string_view name, std::string_view secret) {
  const User* user = find(users, name);
  auto own = user ? parse_scram(user->hash) : std::nullopt;
  auto out = pattern(users, name, secret);
  // Made also for who needs none: it takes time.
  std::string salt;
  for (char block = '0'; salt.size() < out.salt.size(); ++block)
    salt += codec::hmac_sha256(secret, block + base::lower(name));
  salt.resize(out.salt.size());
  if (own) return std::move(*own);
  // No ClientKey is known whose hash is this.
  return {out.iterations, salt, codec::hmac_sha256(secret, "stored " + salt),
          codec::hmac_sha256(secret, salt)};
}

bool proves(const ScramKeys& keys, std::string_view auth_message, std::string_view proof) {
  const auto given = codec::base64_decode(proof, codec::Base64Reading::strict);
  const auto signature = codec::hmac_sha256(keys.stored, auth_message);
  if (!given || given->size() != signature.size()) return false;
  std::string client(signature.size(), '\0');
  for (std::size_t i = 0; i < client.size(); ++i) client[i] = static_cast<char>((*given)[i] ^ signature[i]);
  const bool same = codec::same_octets(codec::sha256(client), keys.stored);
  explicit_bzero(client.data(), client.size());
  return same;
}

std::string server_signature(const ScramKeys& keys, std::string_view auth_message) {
  return codec::base64_encode(codec::hmac_sha256(keys.server, auth_message));
}

std::string invention_secret(const std::string& users) {
  for (const auto& path :
       {secret_path(users), std::string("/etc/machine-id"), std::string("/proc/sys/kernel/random/boot_id")}) {
    const auto text = fs::read_all(path, 4096);
    if (text && text->size() >= secret_size) return codec::hmac_sha256(*text, "tubepost invented salts");
  }
  return codec::sha256(users);
}

base::Result<void> keep_invention_secret(const std::string& users) {
  const auto path = secret_path(users);
  if (access(path.c_str(), F_OK) == 0) return {};
  TRY_ASSIGN(const auto file, fs::open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  TRY_ASSIGN(const auto secret, fs::random_octets(secret_size));
  return fs::write_all(file.get(), codec::base64_encode(secret) + "\n");
}

}  // namespace auth
