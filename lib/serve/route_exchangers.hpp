// The one host that a route names.
#pragma once

#include <string>
#include <vector>

#include "serve/exchangers.hpp"
#include "smtp/routes.hpp"

namespace serve {

NextHop to_next_hop(const smtp::Route& route);

class RouteExchangers : public Exchangers {
 public:
  /// `destination`: smtp::to_string() of a route.
  base::Result<std::vector<NextHop>> find(const std::string& destination) override;
};

}  // namespace serve
