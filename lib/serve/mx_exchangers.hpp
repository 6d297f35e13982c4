// The search for the hosts of a domain in the DNS, and for what their TLS must be: MX and addresses (RFC 5321
// section 5.1), null MX (RFC 7505), DANE (RFC 7672), MTA-STS (RFC 8461).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/mx.hpp"
#include "net/resolver.hpp"
#include "serve/exchangers.hpp"
#include "serve/mta_sts_policies.hpp"

namespace serve {

constexpr std::size_t exchangers_limit = 16;  // of a domain; those of the worst preference are left out
constexpr std::size_t addresses_limit = 16;   // of a host

struct MxTerms {
  std::string hostname;                     // ours
  std::vector<std::string> addresses = {};  // ours too
  bool loopback = false;                    // whose other addresses may be somebody else's
  std::string authorities = {};             // file with the certificates to trust; empty: the system's
  std::function<void(const net::TlsResult&)> note =
      {};  // writes down what came of the TLS; empty: nobody does
  std::function<std::size_t(std::size_t)> below = [](std::size_t) { return 0U; };  // random, 0 to n - 1
};

class MxExchangers : public Exchangers {
 public:
  /// One for each search, so that its limits are those of one search. An error: nothing is known now.
  using OpenResolver = std::function<base::Result<std::unique_ptr<net::Resolver>>()>;

  /// `policies` may be null: then there is no MTA-STS.
  MxExchangers(MxTerms terms, OpenResolver open, StsPolicies* policies)
      : terms_(std::move(terms)), open_(std::move(open)), policies_(policies) {}

  /// `destination`: a domain in ASCII, or an address in brackets (RFC 5321 section 4.1.3). A host that the
  /// DNS knows nothing of now, or whose TLSA records it does not, is left out while there are others.
  base::Result<std::vector<NextHop>> find(const std::string& destination) override;
  base::Result<std::vector<NextHop>> find_whatever_policy(const std::string& destination) override;
  base::Result<void> add_tlsa(NextHop& hop) override;
  void told(const NextHop& hop, const TlsOutcome& outcome) override;

 private:
  base::Result<std::vector<NextHop>> search(const std::string& destination, bool with_policies);

  MxTerms terms_;
  OpenResolver open_;
  StsPolicies* policies_;
};

}  // namespace serve
