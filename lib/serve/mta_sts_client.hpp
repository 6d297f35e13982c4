// The MTA-STS policies of other domains, asked of mta-sts(8), which becomes one only when the first question
// comes.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fs/fd.hpp"
#include "proc/options.hpp"
#include "serve/mta_sts_policies.hpp"
#include "serve/resolver_helper.hpp"

namespace serve {

class StsClient : public StsPolicies {
 public:
  /// As the keys say; null: policies are not asked for. `user`: who fetches and keeps them.
  static base::Result<std::unique_ptr<StsClient>> load(const proc::Options& given,
                                                       const std::optional<proc::Identity>& user);

  /// Without an answer in time there is no policy, and the reason is a trouble of fetching.
  net::StsAnswer find(const net::StsQuestion& question) override;

  /// By a process that may start others, before find(); who is forked afterwards shares it.
  void prepare();
  int control() const { return helper_.control(); }

 private:
  explicit StsClient(ResolverCommand command) : helper_(std::move(command)) {}
  bool open_channel();
  std::optional<std::string> read_line();

  ResolverHelper helper_;
  fs::Fd channel_;
};

}  // namespace serve
