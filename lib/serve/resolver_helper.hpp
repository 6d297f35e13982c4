// The process that talks to the DNS for those that may not: resolve(1), which becomes one only when the first
// question comes. A session has a channel of its own to it, so no answer ever reaches another one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "fs/stamp.hpp"
#include "net/resolver.hpp"
#include "proc/become.hpp"
#include "proc/options.hpp"

namespace serve {

/// The keys that ResolverCommand::load() hands on.
constexpr std::string_view resolver_keys[] = {"resolver", "trust-anchor", "dns-timeout"};

/// The key `resolver`. Exit::usage: one is no address, with or without a port behind an @.
base::Result<std::vector<std::string>> name_servers(const proc::Options& given);

struct ResolverCommand {
  std::vector<std::string> words;  // a whole path and its arguments
  std::uint64_t seconds = 5;       // for an answer
  std::optional<proc::Identity> user = {};
  std::vector<std::string> files = {};  // what it reads when it starts

  /// Exit::configuration: there is no such program below libexec, or the time is out of its bounds.
  static base::Result<ResolverCommand> load(const proc::Options& given,
                                            const std::optional<proc::Identity>& user);

  /// Lets it read what it would, as the user of this process. Exit::configuration: it would not start;
  /// standard error says why.
  base::Result<void> check() const;
};

class ResolverHelper {
 public:
  explicit ResolverHelper(ResolverCommand command) : command_(std::move(command)) {}

  /// Forks what will be resolve(1), unless it is there and its files are as they were. Whoever is forked
  /// afterwards shares it, and it ends with the last who does.
  base::Result<void> start();

  /// The socket on which it takes channels; -1 before start().
  int control() const { return control_.get(); }
  const ResolverCommand& command() const { return command_; }

 private:
  std::vector<fs::Stamp> look() const;

  ResolverCommand command_;
  fs::Fd control_;
  std::vector<fs::Stamp> seen_;
};

struct ResolverLimits {
  std::size_t questions = 200;           // of a session; behind them every answer is a failure
  std::chrono::milliseconds each{6000};  // waited for one answer: more than resolve(1) takes to give one up
  std::chrono::milliseconds all{15000};  // waited in the whole session
};

/// One session's questions.
class ResolverSession : public net::Resolver {
 public:
  /// Makes a channel, and hands its other end to the process behind `helper`, which must stay as long as this
  /// does, with the first question.
  static base::Result<ResolverSession> open(const ResolverHelper& helper);

  /// On a channel that is open already, a stream socket; without one nothing is known.
  ResolverSession(fs::Fd channel, ResolverLimits limits) : channel_(std::move(channel)), limits_(limits) {}

  Ticket ask(net::RecordType type, const std::string& name) override;
  net::Answer wait(Ticket ticket) override;

 private:
  using Clock = std::chrono::steady_clock;
  void hand_over();
  bool read(Clock::time_point end);
  void take(std::string_view line);

  fs::Fd channel_;
  fs::Fd theirs_;     // until it is handed over
  int control_ = -1;  // where
  ResolverLimits limits_;
  Clock::duration waited_{0};
  std::string input_;
  std::map<Ticket, net::Question> asked_;
  std::map<Ticket, net::Answer> arrived_;
  Ticket last_ = 0;
};

}  // namespace serve
