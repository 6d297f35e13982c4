// The files that a route names: our login and certificate there, and whom it trusts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sasl/client.hpp"
#include "serve/next_hop.hpp"

namespace serve {

/// Those of this hop.
std::vector<std::string> files_of(const NextHop& hop);

class RouteFiles {
 public:
  /// What was read by somebody who may.
  void add(const std::string& path, std::string content) { known_[path] = std::move(content); }
  bool knows(const std::string& path) const { return known_.contains(path); }

  /// Exit::configuration: everybody may read a file that is `secret`. At most 1 MiB. Empty for no path.
  base::Result<std::string> read(const std::string& path, bool secret) const;

  /// `user:password` on the first line. Exit::configuration: it is not.
  base::Result<sasl::Login> login(const std::string& path) const;

 private:
  std::map<std::string, std::string> known_;
};

}  // namespace serve
