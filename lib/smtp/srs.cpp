#include "smtp/srs.hpp"

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "codec/base64.hpp"
#include "codec/hmac.hpp"
#include "codec/hmac_sha1.hpp"

namespace smtp {

namespace {

constexpr std::size_t hash_size = 4;      // digits, as libsrs2 writes and wants at least
constexpr std::size_t least_secret = 16;  // octets
constexpr std::uint64_t day = 86'400;
constexpr std::uint64_t days_of_time = 1024;  // what two digits in base32 tell apart
constexpr std::string_view time_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view separators = "=+-";
constexpr std::size_t mark_size = 4;  // "SRS0"
constexpr std::string_view not_ours = "no address that was rewritten here";

base::Error wrong(std::string_view what) {
  return base::fail(base::Exit::data, std::string(what));
}

std::string write_time(std::uint64_t now) {
  const auto today = now / day % days_of_time;
  return {time_digits[today / 32], time_digits[today % 32]};
}

/// Days since then; nothing for what is no time.
std::optional<std::uint64_t> age_of(std::string_view time, std::uint64_t now) {
  if (time.size() != 2) return std::nullopt;
  const auto high = time_digits.find(base::to_upper(time[0]));
  const auto low = time_digits.find(base::to_upper(time[1]));
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return (now / day % days_of_time + days_of_time - (high * 32 + low)) % days_of_time;
}

/// The text before the next '=', which goes too; false if there is none.
bool take_part(std::string_view& text, std::string_view& part) {
  const auto end = text.find('=');
  if (end == std::string_view::npos) return false;
  part = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

/// A path with this name as its local part, quoted where it has to be.
base::Result<Path> path_of(std::string_view local, std::string_view domain) {
  auto path = parse_path(quoted(local) + "@" + std::string(domain));
  if (path && !path->domain.empty()) return path;
  return wrong("it stands for no address");
}

std::string whole_hash(const std::string& secret, std::string_view text) {
  return codec::base64_encode(codec::hmac_sha1(secret, base::lower(text)));
}

std::string hash(const std::string& secret, std::string_view text) {
  return whole_hash(secret, text).substr(0, hash_size);
}

bool marked(std::string_view local, char kind) {
  return is_srs(local) && local[mark_size - 1] == kind;
}

}  // namespace

bool is_srs(std::string_view local) {
  return base::istarts_with(local, "SRS") && local.size() > mark_size &&
         (local[mark_size - 1] == '0' || local[mark_size - 1] == '1') &&
         separators.find(local[mark_size]) != std::string_view::npos;
}

base::Result<Srs> Srs::make(std::vector<std::string> secrets, std::string_view domain) {
  const auto bad = [](std::string what) { return base::fail(base::Exit::configuration, std::move(what)); };
  if (secrets.empty()) return bad("no secret");
  for (const auto& one : secrets)
    if (one.size() < least_secret)
      return bad("a secret of less than " + std::to_string(least_secret) + " octets");
  const auto path = path_of("x", domain);
  if (!path) return bad("'" + base::printable(domain, 300) + "' is no domain");
  Srs out;
  out.secrets_ = std::move(secrets);
  out.domain_ = path->domain;
  return out;
}

bool Srs::is_ours(std::string_view given, std::string_view text) const {
  if (given.size() < hash_size) return false;
  bool ours = false;
  for (const auto& secret : secrets_) {
    const auto whole = base::lower(whole_hash(secret, text));
    ours |= codec::same_octets(base::lower(given), std::string_view(whole).substr(0, given.size()));
  }
  return ours;
}

std::string Srs::again(std::string_view host, std::string_view rest) const {
  const auto text = std::string(host) + std::string(rest);
  return "SRS1=" + hash(secrets_[0], text) + "=" + std::string(host) + "=" + std::string(rest);
}

std::optional<Path> Srs::rewrite(const Path& sender, std::uint64_t now) const {
  if (sender.local.empty() || sender.domain.empty()) return std::nullopt;
  const auto local = unquoted(sender.local);
  const auto time = write_time(now);
  auto text = "SRS0=" + hash(secrets_[0], time + sender.domain + local) + "=" + time + "=" + sender.domain +
              "=" + local;
  if (marked(local, '0')) {
    // The separator stays with it, for who gets it back.
    text = again(sender.domain, std::string_view(local).substr(mark_size));
  } else if (marked(local, '1')) {
    std::string_view host, rest = std::string_view(local).substr(mark_size + 1);
    if (take_part(rest, host) && take_part(rest, host)) text = again(host, rest);
  }
  auto path = path_of(text, domain_);
  return path ? std::optional(std::move(*path)) : std::nullopt;
}

base::Result<Path> Srs::reverse(std::string_view local, std::uint64_t now) const {
  if (!is_srs(local)) return wrong(not_ours);
  const auto rest = local.substr(mark_size + 1);
  return marked(local, '0') ? reverse_first(rest, now) : reverse_second(rest);
}

base::Result<Path> Srs::reverse_first(std::string_view rest, std::uint64_t now) const {
  std::string_view given, time, domain;
  if (!take_part(rest, given) || !take_part(rest, time) || !take_part(rest, domain)) return wrong(not_ours);
  if (!is_ours(given, std::string(time) + std::string(domain) + std::string(rest))) return wrong(not_ours);
  const auto age = age_of(time, now);
  // A clock may go wrong by a day.
  if (!age || (*age > days && *age != days_of_time - 1)) return wrong("it is too old");
  return path_of(rest, domain);
}

base::Result<Path> Srs::reverse_second(std::string_view rest) const {
  std::string_view given, host;
  if (!take_part(rest, given) || !take_part(rest, host)) return wrong(not_ours);
  if (!is_ours(given, std::string(host) + std::string(rest))) return wrong(not_ours);
  const auto first = "SRS0" + std::string(rest);
  if (!is_srs(first)) return wrong(not_ours);
  return path_of(first, host);
}

std::vector<std::string> parse_secrets(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto line = base::trim(base::take_line(text));
    if (!line.empty() && line.front() != '#') out.emplace_back(line);
  }
  return out;
}

}  // namespace smtp
