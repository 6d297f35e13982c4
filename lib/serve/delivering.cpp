#include "serve/delivering.hpp"

#include <unistd.h>

#include <algorithm>
#include <vector>

#include "proc/log.hpp"
#include "proc/orphan.hpp"
#include "serve/clock.hpp"
#include "serve/host_watch.hpp"

namespace serve {

namespace {

constexpr std::uint64_t longest_kept = 300;    // seconds
constexpr std::size_t here_together = 16;      // messages that wait for the disk together
constexpr std::size_t left_limit = 24 * 1024;  // octets of lines in a report, before one message more

/// Its size.
std::size_t take_left(BatchReport& report, const spool::Entry& entry, const Lanes& lanes) {
  std::size_t out = 0;
  for (const auto& lane : lanes) out += lane.size() + 1;
  if (!lanes.empty()) report.left.emplace_back(entry, lanes);
  return out;
}

}  // namespace

Delivering::Delivering(const RunnerConfig& config, const AccountPolicy& policy, LateClose& late_close)
    : config_(config), policy_(policy), late_close_(late_close), local_(config.delivery.local) {}

BatchReport Delivering::deliver(const Batch& batch) {
  const auto now = now_seconds();
  if (line_ != batch.line || now > since_ + longest_kept) remote_.reset();
  line_ = batch.line;
  if (!remote_) since_ = now;
  const auto& timeout = config_.delivery.timeout;
  if (!remote_)
    remote_.emplace(config_.delivery.hostname,
                    batch.brief ? timeout.brief(static_cast<std::uint64_t>(getpid())) : timeout,
                    config_.remote_user, config_.domains.get());
  BatchReport out;
  spool::Queue queue(config_.delivery.spool);
  queue.on_defer([&](const spool::Entry& entry) { out.deferred.push_back(entry); });
  HostWatch remote(*remote_, batch.line);
  const Lane lane = {batch.line, batch.alone, batch.behind};
  const Hands hands = {local_, remote, &late_close_, &lane};
  std::size_t left_size = 0;
  // What comes of one message at another host says whether the next is tried; here they go together.
  const std::size_t together = is_local(batch.line) ? here_together : 1;
  while (out.begun < batch.entries.size()) {
    // Signals are blocked: what is on the wire is brought to its end, and then no more is begun.
    if (told_to_end()) break;
    // What nobody hears can be said to others later.
    if (remote.fortune() == Fortune::trouble && !batch.whole) break;
    const auto first = batch.entries.begin() + static_cast<std::ptrdiff_t>(out.begun);
    const auto count = std::min(together, batch.entries.size() - out.begun);
    const std::vector<spool::Entry> entries(first, first + static_cast<std::ptrdiff_t>(count));
    proc::hold_end();
    const auto done = take_turns(config_.delivery, policy_, queue, entries, hands, told_to_end);
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (done[i]) left_size += take_left(out, entries[i], *done[i]);
      if (done[i]) continue;
      const bool damaged = done[i].error().code == base::Exit::data;
      proc::log(entries[i].id, damaged ? "unreadable" : "trouble", {{"reason", done[i].error().what}});
      (damaged ? out.damaged : out.failed).push_back(entries[i]);
    }
    out.begun += done.size();
    proc::allow_end();
    if (left_size > left_limit) break;
  }
  out.fortune = is_local(batch.line) ? Fortune::good : remote.fortune();
  // It remembers who did not answer, and would not ask again.
  if (out.fortune == Fortune::trouble) remote_.reset();
  return out;
}

}  // namespace serve
