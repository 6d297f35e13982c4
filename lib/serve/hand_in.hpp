// A message that a program of this system has written, given to sendmail(8).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serve {

struct Sendmail {
  std::string program;        // a path
  std::string configuration;  // handed on as --config; may be empty
};

/// With the null reverse-path, to one recipient. Exit::temporary: it is not in the queue; where it cannot be
/// taken, now or ever, the reason is on standard error.
base::Result<void> hand_in(const Sendmail& sendmail, std::string_view message, const std::string& recipient);

}  // namespace serve
