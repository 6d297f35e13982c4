#include "serve/spool_change.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/ascii.hpp"
#include "base/json.hpp"
#include "fs/output.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/spool_search.hpp"
#include "spool/grip.hpp"
#include "spool/id.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::size_t batch = 1000;  // messages that go to disk together, before they are told of
constexpr int most_renames = 5;      // by a runner, between a look and a grip

enum class Fate { done, already, busy, gone };

struct Told {
  std::string_view done;     // "held"
  std::string_view already;  // why there was nothing to do
};

Told told(Change change) {
  switch (change) {
    case Change::hold:
      return {"held", "is held already"};
    case Change::release:
      return {"released", "is not held"};
    case Change::retry:
      return {"to be tried now", "is held; it can be released"};
    case Change::remove:
      break;
  }
  return {"deleted", ""};
}

class Changes {
 public:
  Changes(const SpoolOrder& order, Change change)
      : order_(order), change_(change), queue_(order.spool), now_(now_seconds()) {}

  base::Result<void> run(std::vector<spool::Entry>& entries) {
    std::sort(entries.begin(), entries.end(), [](const spool::Entry& a, const spool::Entry& b) {
      const auto x = spool::bucket(a.id), y = spool::bucket(b.id);
      return x != y ? x < y : a.id < b.id;
    });
    for (std::size_t at = 0; at < entries.size();) {
      const auto folder = spool::bucket(entries[at].id);
      const auto first = at;
      while (at < entries.size() && at < first + batch && spool::bucket(entries[at].id) == folder)
        change(entries[at++]);
      TRY(settle(folder));
    }
    return finish();
  }

  int status() const { return trouble_ ? trouble_ : busy_ > 0 ? static_cast<int>(base::Exit::temporary) : 0; }

 private:
  struct Line {
    std::string id;
    Fate fate;
    std::string wake = {};  // the name of which the runner is to hear
  };

  bool needs_nothing(const spool::Entry& entry) const {
    const bool held = entry.due == spool::held_due;
    return change_ == Change::hold      ? held
           : change_ == Change::release ? !held
                                        : change_ == Change::retry && held;
  }

  void change(const spool::Entry& entry) {
    auto at = entry;
    for (int again = 0;; ++again) {
      const auto fate = try_once(at);
      if (!fate) return complain(entry.id, fate.error());
      if (*fate != Fate::gone || again == most_renames) {
        lines_.push_back({at.id, *fate, *fate == Fate::done ? wake_name(at) : ""});
        return;
      }
      // Its runner may have given it another name.
      const auto found = find_message(order_.spool, entry.id);
      if (!found) return complain(entry.id, found.error());
      if (!*found) return lines_.push_back({at.id, Fate::gone});
      at = **found;
    }
  }

  /// Fate::gone: nothing has that name any more.
  base::Result<Fate> try_once(spool::Entry& entry) {
    if (needs_nothing(entry)) return Fate::already;
    const auto path = queue_.path(entry);
    const auto file = fs::open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    if (!file && file.error().code == base::Exit::no_input) return Fate::gone;
    if (!file) return file.error();
    const spool::Grip grip(file->get(), path);
    if (!grip) return grip.is_busy() ? Fate::busy : Fate::gone;
    if (change_ == Change::remove) {
      TRY(queue_.remove(entry));
    } else {
      const auto due = change_ == Change::hold ? spool::held_due : time_for(entry);
      TRY_ASSIGN(entry, queue_.defer(entry, due));
    }
    return Fate::done;
  }

  /// Now; and never the second of its arrival, by which the runner knows new mail from what an operator wants
  /// tried whatever its host did last.
  std::uint64_t time_for(const spool::Entry& entry) const {
    const auto due = std::min(entry.due, now_);
    return due - (due == spool::arrival(entry.id) / 1'000'000 ? 1 : 0);
  }

  std::string wake_name(const spool::Entry& entry) const {
    return change_ == Change::release || change_ == Change::retry ? spool::file_name(entry) : "";
  }

  void complain(const std::string& id, const base::Error& error) {
    proc::complain("spool: " + id + ": " + base::printable(error.what) + "\n");
    if (trouble_ == 0) trouble_ = static_cast<int>(error.code);
  }

  /// What the disk may still forget is not told of.
  base::Result<void> settle(const std::string& folder) {
    const bool changed =
        std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.fate == Fate::done; });
    if (changed) TRY(fs::sync_dir(order_.spool + "/queue/" + folder));
    for (const auto& line : lines_) {
      if (!line.wake.empty()) spool::wake(order_.spool, line.wake);
      done_ += line.fate == Fate::done ? 1 : 0;
      busy_ += line.fate == Fate::busy ? 1 : 0;
      TRY(out_.write(text_of(line)));
    }
    lines_.clear();
    return out_.flush();
  }

  std::string text_of(const Line& line) const {
    const auto words = told(change_);
    const auto what = line.fate == Fate::done      ? words.done
                      : line.fate == Fate::already ? words.already
                      : line.fate == Fate::busy ? "is being delivered or written at this moment: left alone"
                                                : "has left the spool";
    if (!order_.json) return line.id + " " + std::string(what) + "\n";
    constexpr std::string_view fates[] = {"done", "already", "busy", "gone"};
    std::string out = "{\"id\":\"" + line.id + "\",\"result\":\"" +
                      std::string(fates[static_cast<std::size_t>(line.fate)]) + "\",\"text\":";
    base::put_json(out, what);
    return out + "}\n";
  }

  base::Result<void> finish() {
    if (order_.json) return {};
    TRY(out_.write(std::to_string(done_) + (done_ == 1 ? " message " : " messages ") +
                   std::string(told(change_).done) + "\n"));
    return out_.flush();
  }

  const SpoolOrder& order_;
  Change change_;
  spool::Queue queue_;
  std::uint64_t now_;
  fs::Output out_{1};
  std::vector<Line> lines_;  // of one folder, not told yet
  std::size_t done_ = 0;
  std::size_t busy_ = 0;
  int trouble_ = 0;
};

}  // namespace

base::Result<int> change_spool(const SpoolOrder& order, Change change, Confirm confirm) {
  const SpoolSearch search{order.spool, order.selection, now_seconds(), {}, false};
  std::vector<spool::Entry> entries;
  TRY_ASSIGN(const auto outcome, search.each([&](const SpoolRow& row) -> base::Result<void> {
    entries.push_back(row.entry);
    return {};
  }));
  if (confirm != nullptr && change == Change::remove && !order.selection.is_by_id() && !entries.empty()) {
    TRY_ASSIGN(const bool wanted, confirm(entries.size()));
    if (!wanted) entries.clear();
  }
  Changes changes(order, change);
  TRY(changes.run(entries));
  const int searched = report_search(outcome);
  return changes.status() != 0 ? changes.status() : searched;
}

}  // namespace serve
