// The `routes` file, read.
#pragma once

#include <string>

#include "base/result.hpp"
#include "smtp/routes.hpp"

namespace serve {

/// A file that does not exist is no route at all.
base::Result<smtp::Routes> load_routes(const std::string& path);

}  // namespace serve
