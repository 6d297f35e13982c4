// How many messages a destination may get in a time: `rate = DOMAIN N/SECONDS`. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace serve {

class SendRates {
 public:
  /// One `DOMAIN N/SECONDS` each; `.example.com` stands for every name below it, `*` for every other
  /// destination by itself. N is 1 to 1 000 000, SECONDS 1 to 86 400. Exit::configuration names what is
  /// wrong.
  static base::Result<SendRates> parse(const std::vector<std::string>& lines);

  /// Microseconds from one message to the next; 0: no limit. In any case.
  std::uint64_t interval(std::string_view domain) const;

  friend bool operator==(const SendRates&, const SendRates&) = default;

 private:
  std::map<std::string, std::uint64_t, std::less<>> intervals_;
};

}  // namespace serve
