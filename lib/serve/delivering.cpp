#include "serve/delivering.hpp"

#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/host_watch.hpp"

namespace serve {

namespace {

constexpr std::uint64_t longest_kept = 300;  // seconds

}  // namespace

Delivering::Delivering(const RunnerConfig& config, const AccountPolicy& policy, const LateClose& late_close)
    : config_(config), policy_(policy), late_close_(late_close), local_(config.delivery.local) {}

BatchReport Delivering::deliver(const Batch& batch) {
  const auto now = now_seconds();
  if (line_ != batch.line || now > since_ + longest_kept) remote_.reset();
  line_ = batch.line;
  if (!remote_) since_ = now;
  if (!remote_)
    remote_.emplace(config_.delivery.hostname, config_.delivery.timeout, config_.remote_user,
                    config_.domains.get());
  BatchReport out;
  spool::Queue queue(config_.delivery.spool);
  queue.on_defer([&](const spool::Entry& entry) { out.deferred.push_back(entry); });
  HostWatch remote(*remote_, batch.line);
  for (const auto& entry : batch.entries) {
    // Signals are blocked: what is on the wire is brought to its end, and then no more is begun.
    if (told_to_end()) break;
    // What nobody hears can be said to others later.
    if (remote.fortune() == Fortune::trouble && !batch.whole) break;
    ++out.begun;
    const auto done = take_turn(config_.delivery, policy_, queue, entry, {local_, remote, &late_close_});
    if (done) continue;
    proc::log(entry.id, "trouble", {{"reason", done.error().what}});
    ++out.failed;
  }
  out.fortune = is_local(batch.line) ? Fortune::good : remote.fortune();
  // It remembers who did not answer, and would not ask again.
  if (out.fortune == Fortune::trouble) remote_.reset();
  return out;
}

}  // namespace serve
