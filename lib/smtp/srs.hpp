// The sender rewriting scheme: who forwards a message gives a reverse-path of his own, from which he alone
// can tell where a bounce has to go.
//   SRS0=HASH=TIME=far.test=alice@here.test            stands for alice@far.test
//   SRS1=HASH=there.test==HASH=TIME=far.test=alice@here.test   for what there.test has rewritten so before
// HASH: the first four digits in base64 of HMAC-SHA1, TIME: two digits in base32 of the day. These are the
// addresses that libsrs2 and postsrsd make, so hosts that share a secret understand each other. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "smtp/path.hpp"

namespace smtp {

/// Whether a local part, without quotes, looks like one: its mark in any case, then '=', '+' or '-'.
bool is_srs(std::string_view local);

class Srs {
 public:
  static constexpr std::uint64_t days = 21;  // how long a bounce may take

  /// Writes with the first secret, reads with all of them. Exit::configuration: there is none, one is shorter
  /// than 16 octets, or the domain is none.
  static base::Result<Srs> make(std::vector<std::string> secrets, std::string_view domain);

  const std::string& domain() const { return domain_; }

  /// The reverse-path of a message that is forwarded at `now` (seconds since 1970). Nothing for the null
  /// path, one without a domain, and one that would get longer than a path may be (256 octets).
  std::optional<Path> rewrite(const Path& sender, std::uint64_t now) const;

  /// Where a message for `local`, without quotes, at our domain has to go. Any case will do, as hosts change
  /// it, and the hash is compared in the same time for all. Exit::data: no such address, it is not ours, it
  /// is too old, or it means no address.
  base::Result<Path> reverse(std::string_view local, std::uint64_t now) const;

 private:
  Srs() = default;
  std::string again(std::string_view host, std::string_view rest) const;
  bool is_ours(std::string_view hash, std::string_view text) const;
  base::Result<Path> reverse_first(std::string_view rest, std::uint64_t now) const;
  base::Result<Path> reverse_second(std::string_view rest) const;

  std::vector<std::string> secrets_;
  std::string domain_;
};

/// The secrets of a file: one a line; # starts a comment line, blanks at the ends do not count.
std::vector<std::string> parse_secrets(std::string_view text);

}  // namespace smtp
