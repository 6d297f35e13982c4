// Lists of addresses that are kept in the DNS, as block lists are (RFC 5782), and how a site counts them.
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace net {

struct DnsList {
  using Range = std::pair<std::uint32_t, std::uint32_t>;  // first and last address

  std::string zone;
  std::vector<Range>
      answers;     // what counts; none: all of 127.0.0.0/8 but 127.255.255.0/24, where lists put errors
  int weight = 1;  // below 0: a list of good ones

  /// `ZONE[=ADDRESS[..LAST],…][*WEIGHT]`: addresses of 127.0.0.0/8, LAST a whole one or its last number;
  /// weights between -1000 and 1000, not 0. Exit::configuration for anything else.
  static base::Result<DnsList> parse(std::string_view text);

  /// Whether one of these addresses, the list's answer, counts.
  bool counts(const std::vector<std::string>& addresses) const;

  /// Whether they are how lists say that they do not answer whoever asks: of 127.255.255.0/24, and not to be
  /// counted.
  bool refuses(const std::vector<std::string>& addresses) const;

  /// The name that the list has for an address; empty: it is none.
  std::string name_for(const std::string& address) const;
};

}  // namespace net
