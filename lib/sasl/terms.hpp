// What a connection offers to those who want to log in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sasl {

struct Terms {
  std::vector<std::string> mechanisms = {
      "PLAIN"};         // that the configuration allows, in upper case, in the order of the reply
  bool secret = false;  // what is sent is read by nobody else: TLS, loopback, or somebody takes the risk
  std::string exporter =
      {};  // channel bindings in octets, empty where there is none: tls-exporter (RFC 9266)
  std::string end_point = {};  // and tls-server-end-point (RFC 5929)
  std::string identity = {};   // of the client certificate, should a verified one name a user
};

/// Every mechanism this room speaks.
bool is_mechanism(std::string_view name);

/// Of these terms: none where it is not secret; else all, but -PLUS with a channel binding and EXTERNAL with
/// an identity alone.
std::vector<std::string> offered(const Terms& terms);

/// `name` in any case.
bool offers(const Terms& terms, std::string_view name);

}  // namespace sasl
