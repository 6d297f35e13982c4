// What became of one try to deliver to one recipient.
#pragma once

#include <string>

namespace serve {

enum class Outcome { delivered, deferred, failed };

struct Attempt {
  Outcome outcome = Outcome::deferred;
  std::string status;             // RFC 3463
  std::string reason;             // one line for a person
  std::string host;               // the other mail system, if it was not this one
  bool notify_passed_on = false;  // it knows what the sender wants to hear of (RFC 3461), and tells it
  std::string tls = {};           // how the connection to it was encrypted; empty: it was not
  // It keeps the time that the sender gave the message (RFC 2852), or nobody comes behind it.
  bool time_passed_on = false;
};

}  // namespace serve
