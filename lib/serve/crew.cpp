#include "serve/crew.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace serve {

Crew::Children::iterator Crew::idle_for(const std::string& line) {
  auto best = children_.end();
  for (auto at = children_.begin(); at != children_.end(); ++at) {
    const auto& child = at->second;
    if (child.batch || child.outdated) continue;
    if (child.last == line) return at;
    best = at;
  }
  return best;
}

base::Result<Crew::Children::iterator> Crew::start() {
  TRY_ASSIGN(auto worker, Worker::start([this] { children_.clear(); }, work_));
  const pid_t pid = worker.pid();
  return children_.insert_or_assign(pid, Child{std::move(worker)}).first;
}

base::Result<void> Crew::give(Batch batch) {
  auto at = idle_for(batch.line);
  // One that cannot be given anything is ending; its number is heard of by its signal.
  while (at != children_.end() && !at->second.worker.give(batch)) {
    children_.erase(at);
    at = idle_for(batch.line);
  }
  if (at == children_.end()) {
    TRY_ASSIGN(at, start());
    TRY(at->second.worker.give(batch));
  }
  auto& child = at->second;
  child.last = batch.line;
  child.batch = std::move(batch);
  child.used = true;
  ++at_work_;
  return {};
}

void Crew::add_sockets(std::vector<pollfd>& waiting) const {
  for (const auto& [pid, child] : children_) {
    if (child.batch) waiting.push_back({child.worker.socket(), POLLIN, 0});
  }
}

void Crew::hear(const std::vector<pollfd>& waiting) {
  for (auto at = children_.begin(); at != children_.end();) {
    auto& child = at->second;
    const auto socket = child.worker.socket();
    const bool ready = child.batch && std::any_of(waiting.begin(), waiting.end(), [&](const pollfd& one) {
                         return one.fd == socket && one.revents != 0;
                       });
    const auto report = ready ? child.worker.report() : std::nullopt;
    if (report) finish(child, report, 0);
    // One that has died is heard of by its signal; one that says what nobody understands has to.
    if (ready && !report) kill(at->first, SIGKILL);
    at = !child.batch && child.outdated ? children_.erase(at) : std::next(at);
  }
}

void Crew::finish(Child& child, const std::optional<BatchReport>& report, int signal) {
  const Batch batch = std::move(*child.batch);
  child.batch.reset();
  --at_work_;
  done_(batch, report, signal);
}

void Crew::forget(pid_t pid, int status) {
  const auto found = children_.find(pid);
  if (found == children_.end()) return;
  if (found->second.batch) finish(found->second, std::nullopt, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  children_.erase(found);
}

void Crew::retire(bool all) {
  std::erase_if(children_, [&](const auto& one) { return !one.second.batch && (all || !one.second.used); });
  for (auto& [pid, child] : children_) child.used = child.batch.has_value();
}

void Crew::replace() {
  retire(true);
  for (auto& [pid, child] : children_) child.outdated = true;
}

void Crew::end() {
  for (auto& [pid, child] : children_) {
    kill(pid, SIGTERM);
    child.worker.release();
  }
}

}  // namespace serve
