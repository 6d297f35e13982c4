#include "serve/spool_check.hpp"

#include <sys/stat.h>

#include <map>
#include <optional>

#include "base/ascii.hpp"
#include "base/json.hpp"
#include "fs/output.hpp"
#include "serve/clock.hpp"
#include "spool/id.hpp"
#include "spool/ownership.hpp"
#include "spool/walk.hpp"

namespace serve {

namespace {

class Check {
 public:
  Check(const SpoolOrder& order, bool repair) : order_(order), repair_(repair), queue_(order.spool) {}

  base::Result<int> run() {
    TRY(places());
    TRY(strays());
    std::optional<base::Error> stopped;
    const auto walked =
        spool::walk(order_.spool, "0123456789abcdef", [&](const spool::Entry& entry, std::uint64_t) {
          auto checked = message(entry);
          if (!checked) stopped = checked.error();
          return checked;
        });
    if (stopped) return *stopped;
    if (!walked) TRY(unread(walked.error()));
    TRY(total());
    return odd_ == 0 && wrong_ == moved_ ? 0 : static_cast<int>(base::Exit::data);
  }

 private:
  base::Result<void> places() {
    TRY_ASSIGN(const auto found, spool::odd_places(order_.spool));
    odd_ += found.size();
    for (const auto& one : found) TRY(say(one.where, one.what));
    return {};
  }

  /// A folder of the queue.
  base::Result<void> unread(const base::Error& error) {
    ++odd_;
    return say("queue", error.what);
  }

  /// What no runner would ever find.
  base::Result<void> strays() {
    const auto found = queue_.strays();
    if (!found) return {};  // the walk meets the same folder
    for (const auto& one : *found) TRY(stray(one, "not a message's name, or in the wrong folder"));
    return {};
  }

  base::Result<void> stray(const std::string& name, const std::string& what) {
    ++wrong_;
    TRY(say(name, what));
    if (!repair_) return {};
    const auto gone = queue_.quarantine_stray(name);
    if (!gone) TRY(say(name, gone.error().what));
    moved_ += gone ? 1 : 0;
    return {};
  }

  bool is_plain(const spool::Entry& entry) const {
    struct stat info = {};
    return lstat(queue_.path(entry).c_str(), &info) != 0 || S_ISREG(info.st_mode);
  }

  base::Result<void> message(const spool::Entry& entry) {
    // A link, a pipe or a folder under a message's name is none, whatever it leads to.
    if (!is_plain(entry)) return stray(name_of(entry), "is no plain file");
    ++messages_;
    const auto odd_before = odd_;
    TRY(owner(entry));
    auto message = queue_.open(entry);
    if (!message && queue_.is_being_written(entry, now_microseconds())) {
      ++being_written_;
      return {};
    }
    // It may have become whole since.
    if (!message) message = queue_.open(entry);
    if (message || message.error().code == base::Exit::no_input) return {};
    // What this user may not read, another may: nobody knows that it is damaged.
    const bool is_hidden = message.error().code == base::Exit::not_permitted;
    TRY(say(name_of(entry), reason(message.error(), entry)));
    if (is_hidden) odd_ = odd_before + 1;
    if (is_hidden) return {};
    ++wrong_;
    if (!repair_) return {};
    const auto gone = queue_.quarantine(entry);
    if (!gone) TRY(say(name_of(entry), gone.error().what));
    moved_ += gone && *gone ? 1 : 0;
    return {};
  }

  base::Result<void> owner(const spool::Entry& entry) {
    struct stat file = {};
    // One that has gone is no matter.
    if (lstat(queue_.path(entry).c_str(), &file) != 0) return {};
    const auto folder = spool::bucket(entry.id);
    auto known = folders_.find(folder);
    if (known == folders_.end()) {
      struct stat info = {};
      const auto path = order_.spool + "/queue/" + folder;
      if (stat(path.c_str(), &info) != 0) return base::system_error(path);
      known = folders_.emplace(folder, info).first;
    }
    const auto odd = spool::odd_file(file, known->second);
    if (!odd) return {};
    ++odd_;
    return say(name_of(entry), *odd);
  }

  static std::string name_of(const spool::Entry& entry) {
    return spool::bucket(entry.id) + "/" + spool::file_name(entry);
  }

  /// Without the path, which is told already.
  std::string reason(const base::Error& error, const spool::Entry& entry) const {
    const auto path = queue_.path(entry) + ": ";
    return error.what.starts_with(path) ? error.what.substr(path.size()) : error.what;
  }

  base::Result<void> say(const std::string& where, const std::string& what) {
    if (!order_.json) return out_.write(base::printable(where) + ": " + base::printable(what) + "\n");
    std::string line = "{\"file\":";
    base::put_json(line, where);
    line += ",\"wrong\":";
    base::put_json(line, what);
    return out_.write(line + "}\n");
  }

  base::Result<void> total() {
    const auto number = [](std::size_t value) { return std::to_string(value); };
    if (order_.json) {
      TRY(out_.write("{\"messages\":" + number(messages_) + ",\"damaged\":" + number(wrong_) +
                     ",\"being_written\":" + number(being_written_) + ",\"moved\":" + number(moved_) +
                     ",\"permissions\":" + number(odd_) + "}\n"));
      return out_.flush();
    }
    auto line = number(messages_) + " messages, " + number(wrong_) + " damaged or incomplete";
    if (being_written_ > 0) line += ", " + number(being_written_) + " being written";
    if (odd_ > 0) line += ", " + number(odd_) + " with a wrong owner or mode";
    if (repair_) line += ", " + number(moved_) + " moved to damaged/";
    TRY(out_.write(line + "\n"));
    return out_.flush();
  }

  const SpoolOrder& order_;
  bool repair_;
  spool::Queue queue_;
  fs::Output out_{1};
  std::map<std::string, struct stat> folders_;
  std::size_t messages_ = 0;
  std::size_t wrong_ = 0;
  std::size_t being_written_ = 0;
  std::size_t moved_ = 0;
  std::size_t odd_ = 0;
};

}  // namespace

base::Result<int> check_spool(const SpoolOrder& order, bool repair) {
  return Check(order, repair).run();
}

}  // namespace serve
