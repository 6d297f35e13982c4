// The networks that a key of the configuration names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/network.hpp"
#include "proc/options.hpp"

namespace serve {

class Networks {
 public:
  /// Exit::usage: one of them is none.
  static base::Result<Networks> load(const proc::Options& given, std::string_view key);

  bool contain(const std::string& address) const;

 private:
  std::vector<net::Network> all_;
};

}  // namespace serve
