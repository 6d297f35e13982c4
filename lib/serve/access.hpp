// The `access` file: who may send here, and to whom. A line is `KIND PATTERN VERDICT [text]`:
//   client 192.0.2.0/24 reject, client 2001:db8::1 ok           networks and addresses
//   helo mail.bad.test defer come back tomorrow                  a name; with a dot in front: all below it
//   sender spam@bad.test reject, recipient list@example.test ok  an address; `name@`: at any domain;
//   `@domain`:
//                                                                all of a domain; `domain`: and those below
//                                                                it;
//                                                                `<>`: the null sender
//   recipient old@example.test moved new@elsewhere.test
// `*` is everything. The first line that fits counts, for each kind. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "net/network.hpp"
#include "smtp/server.hpp"

namespace serve {

struct Ruling {
  enum class Verdict { ok, reject, defer, moved } verdict = Verdict::ok;
  std::string text;  // for the client, may be empty; moved: the address
};

class Access {
 public:
  /// Exit::configuration names `file` and the line.
  static base::Result<Access> parse(std::string_view text, const std::string& file);

  /// `subject`: an IP address, a name, with the root's dot or without, or an address without brackets;
  /// `others`: other names for the same, which lines may be about as well. Nothing: no line fits.
  std::optional<Ruling> judge(smtp::Subject kind, std::string_view subject,
                              const std::vector<std::string>& others = {}) const;

 private:
  static constexpr std::size_t kinds = 4;
  base::Result<void> add(std::string_view line);
  std::size_t first_for(smtp::Subject kind, std::string_view subject) const;

  std::vector<Ruling> rulings_;  // in the order of the file
  std::vector<std::pair<net::Network, std::size_t>> networks_;
  std::array<std::map<std::string, std::size_t, std::less<>>, kinds> patterns_;  // the first with this one
};

}  // namespace serve
