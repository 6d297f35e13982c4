#include "serve/resolve_service.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fs/fd.hpp"
#include "fs/packet.hpp"
#include "net/dns_line.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

using Clock = std::chrono::steady_clock;

struct Channel {
  fs::Fd own;  // closed with the channel
  int in = -1;
  int out = -1;
  std::string input = {};
  std::string output = {};
  std::size_t waiting = 0;  // questions without an answer
  bool at_end = false;
  bool wrong = false;  // a line was no question
  bool gone = false;   // whom the answers are for has left

  bool done() const { return gone || (at_end && waiting == 0 && output.empty()); }
};

class Service {
 public:
  Service(net::Lookup& lookup, const ResolveLimits& limits) : lookup_(lookup), limits_(limits) {}

  void add(Channel channel) { channels_.push_back(std::move(channel)); }
  std::size_t channels() const { return channels_.size(); }

  /// Waits for whatever comes first, and does what is to be done then; `control` may be -1. True: something
  /// has come on it.
  base::Result<bool> turn(int control) {
    std::vector<pollfd> watched = {{lookup_.descriptor(), POLLIN, 0}, {control, POLLIN, 0}};
    for (const auto& channel : channels_) {
      watched.push_back({may_read(channel) ? channel.in : -1, POLLIN, 0});
      watched.push_back({channel.output.empty() ? -1 : channel.out, POLLOUT, 0});
    }
    if (poll(watched.data(), watched.size(), time_left()) < 0 && errno != EINTR)
      return base::system_error("poll");
    if (watched[0].revents != 0) lookup_.process();
    give_up();
    std::size_t at = 2;
    for (auto& channel : channels_) {
      const auto in = watched[at++].revents;
      const auto out = watched[at++].revents;
      if (out != 0) write(channel);
      if (in != 0) TRY(read(channel));
      ask(channel);
    }
    remove_done();
    return watched[1].revents != 0;
  }

  bool any_wrong() const { return wrong_; }

 private:
  struct Asked {
    std::uint64_t serial;
    int number;  // for the lookup
    Clock::time_point end;
    Channel* channel;
    net::Question question;
  };

  /// A channel with a whole line that waits for its turn is not read: that is what keeps its memory small.
  bool may_read(const Channel& channel) const {
    return !channel.at_end && !channel.gone && channel.input.find('\n') == std::string::npos;
  }

  bool may_ask(const Channel& channel) const {
    return channel.waiting < limits_.of_one && asked_.size() < limits_.at_once &&
           channel.output.size() < limits_.unread;
  }

  int time_left() const {
    if (asked_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(asked_.front().end - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
  }

  /// All have the same time, so the oldest one is the first.
  void give_up() {
    while (!asked_.empty() && asked_.front().end <= Clock::now()) {
      const auto late = std::move(asked_.front());
      asked_.pop_front();
      lookup_.cancel(late.number);
      answer(*late.channel, late.question, net::no_answer("no answer in time"));
    }
  }

  void answer(Channel& channel, const net::Question& question, const net::Answer& answer) {
    --channel.waiting;
    channel.output += net::to_line(question, answer);
  }

  base::Result<void> read(Channel& channel) {
    char buffer[4096];
    // Whoever opened a channel may read it too, after poll() has seen something there.
    const auto got = channel.own ? recv(channel.in, buffer, sizeof buffer, MSG_DONTWAIT)
                                 : ::read(channel.in, buffer, sizeof buffer);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return {};
    if (got < 0 && channel.own) return leave(channel);
    if (got < 0) return base::system_error("questions");
    if (got == 0) {
      // The last line may have no end; nobody waits for answers on a socket that was closed.
      if (channel.own) return leave(channel);
      channel.at_end = true;
      if (!channel.input.empty()) channel.input += '\n';
    }
    channel.input.append(buffer, static_cast<std::size_t>(got));
    return {};
  }

  static base::Result<void> leave(Channel& channel) {
    channel.gone = true;
    return {};
  }

  void ask(Channel& channel) {
    while (!channel.gone && may_ask(channel)) {
      const auto end = channel.input.find('\n');
      if (end == std::string::npos && channel.input.size() <= net::question_limit) return;
      const auto line = channel.input.substr(0, end);
      channel.input.erase(0, end == std::string::npos ? end : end + 1);
      if (!line.empty()) ask(channel, line);
    }
  }

  void ask(Channel& channel, const std::string& line) {
    const auto question = net::parse_question(line);
    if (!question) {
      wrong_ = true;
      channel.gone = static_cast<bool>(channel.own);
      if (!channel.gone) proc::complain("resolve: " + question.error().what + "\n");
      return;
    }
    ++channel.waiting;
    const auto end = Clock::now() + std::chrono::milliseconds(limits_.milliseconds);
    asked_.push_back({++serial_, 0, end, &channel, *question});
    const int number =
        lookup_.start(*question, [this, &channel, question = *question, serial = serial_](net::Answer found) {
          forget(serial);
          answer(channel, question, found);
        });
    if (number != 0) asked_.back().number = number;
  }

  void forget(std::uint64_t serial) {
    const auto found = std::find_if(asked_.begin(), asked_.end(),
                                    [&](const Asked& asked) { return asked.serial == serial; });
    if (found != asked_.end()) asked_.erase(found);
  }

  /// Where others wait too, one who does not read must not hold them up.
  static void write(Channel& channel) {
    const auto sent = channel.own ? send(channel.out, channel.output.data(), channel.output.size(),
                                         MSG_DONTWAIT | MSG_NOSIGNAL)
                                  : ::write(channel.out, channel.output.data(), channel.output.size());
    if (sent > 0) channel.output.erase(0, static_cast<std::size_t>(sent));
    if (sent < 0 && errno != EAGAIN && errno != EINTR) channel.gone = true;
  }

  void remove_done() {
    for (auto channel = channels_.begin(); channel != channels_.end();) {
      if (!channel->done()) {
        ++channel;
        continue;
      }
      for (auto asked = asked_.begin(); asked != asked_.end();) {
        if (asked->channel != &*channel) {
          ++asked;
          continue;
        }
        lookup_.cancel(asked->number);
        asked = asked_.erase(asked);
      }
      channel = channels_.erase(channel);
    }
  }

  net::Lookup& lookup_;
  const ResolveLimits limits_;
  std::list<Channel> channels_;  // they stay where they are
  std::deque<Asked> asked_;      // the oldest first
  std::uint64_t serial_ = 0;
  bool wrong_ = false;
};

}  // namespace

base::Result<int> resolve_lines(net::Lookup& lookup, const ResolveLimits& limits, int in, int out) {
  Service service(lookup, limits);
  service.add({{}, in, out});
  while (service.channels() > 0) TRY(service.turn(-1));
  return service.any_wrong() ? static_cast<int>(base::Exit::data) : 0;
}

base::Result<int> resolve_channels(net::Lookup& lookup, const ResolveLimits& limits, int control) {
  Service service(lookup, limits);
  while (true) {
    TRY_ASSIGN(const bool come, service.turn(control));
    if (!come) continue;
    auto descriptor = fs::receive_descriptor(control, false);
    if (!descriptor) return 0;
    if (!*descriptor || service.channels() >= limits.channels) continue;
    const int number = (*descriptor)->get();
    service.add({std::move(**descriptor), number, number});
  }
}

}  // namespace serve
