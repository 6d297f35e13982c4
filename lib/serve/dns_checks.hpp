// What the DNS says about a client: whether its address has a name that leads back to it, whether the name it
// gives itself is one, and which lists it is on. Questions are asked as early as they can be and waited for
// as late as that, when the first recipient is named.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/dns_list.hpp"
#include "net/resolver.hpp"
#include "proc/options.hpp"
#include "smtp/reply.hpp"

namespace serve {

struct DnsRules {
  enum class Demand { no, warn, yes };
  Demand reverse = Demand::no;  // RFC 1912 section 2.1
  bool helo = false;
  std::vector<net::DnsList> lists;
  std::int64_t threshold = 1;

  /// Exit::usage: a value is none that there is.
  static base::Result<DnsRules> load(const proc::Options& given);
  bool any() const { return reverse != Demand::no || helo || !lists.empty(); }
};

class DnsChecks {
 public:
  /// The rules stay where they are. `address`: the client's.
  DnsChecks(const DnsRules& rules, std::unique_ptr<net::Resolver> resolver, std::string address);

  /// Asks the lists.
  void connected();
  /// It has given this name, perhaps another one than before.
  void greeted(std::string_view name);
  /// Mail comes: asks for the names.
  void begun();

  /// The reply that turns it away; waits for what is not known yet. Found out once for each name it gives.
  std::optional<smtp::Reply> refusal();

  /// The name that its address has and that leads back to it; empty: there is none, or nobody has asked.
  const std::string& host() const { return host_; }
  /// Whether the lists speak for it.
  bool is_praised() const { return weight_ < 0; }

 private:
  using Ticket = net::Resolver::Ticket;
  std::optional<smtp::Reply> listed();
  std::optional<smtp::Reply> nameless();
  std::optional<smtp::Reply> misnamed();
  std::string reason_of(const net::DnsList& list);

  const DnsRules& rules_;
  std::unique_ptr<net::Resolver> resolver_;
  std::string address_;
  std::string helo_;
  std::vector<Ticket> listings_;  // one a list
  std::optional<Ticket> names_;
  std::vector<Ticket> addresses_;  // of the name it gives
  std::optional<std::optional<smtp::Reply>> of_address_;
  std::optional<std::optional<smtp::Reply>> of_name_;
  std::int64_t weight_ = 0;
  std::string host_;
};

}  // namespace serve
