// The search for the hosts of domains as the programs that send do it: behind resolve(1), which it starts.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proc/options.hpp"
#include "serve/mta_sts_client.hpp"
#include "serve/mx_exchangers.hpp"
#include "serve/resolver_helper.hpp"

namespace serve {

class MxSearch : public Exchangers {
 public:
  /// As the keys say; null: mail without a route goes nowhere. `user`: who asks the DNS. With the option
  /// `check` it is seen whether he can.
  static base::Result<std::unique_ptr<MxSearch>> load(const proc::Options& given,
                                                      const std::optional<proc::Identity>& user);

  /// What was found counts for half a minute.
  base::Result<std::vector<NextHop>> find(const std::string& destination) override;
  base::Result<std::vector<NextHop>> find_whatever_policy(const std::string& destination) override;
  base::Result<void> add_tlsa(NextHop& hop) override;
  void told(const NextHop& hop, const TlsOutcome& outcome) override;
  void prepare() override;
  std::vector<int> descriptors() const override;
  std::vector<std::string> files() const override { return files_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    Clock::time_point until;
    base::Result<std::vector<NextHop>> hops;
  };

  explicit MxSearch(ResolverCommand command) : resolver_(std::move(command)) {}

  void open_results();

  std::string results_directory_;
  std::uint64_t results_day_ = 0;
  fs::Fd results_;  // of this day; none: nobody wants them
  ResolverHelper resolver_;
  std::unique_ptr<StsClient> policies_;
  std::optional<MxExchangers> exchangers_;
  std::map<std::string, Known> known_;
  std::vector<std::string> files_;
};

/// Of this host's interfaces, as inet_ntop(3) writes them.
std::vector<std::string> own_addresses();

}  // namespace serve
