#include "serve/resolver_helper.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "net/network.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

constexpr auto grace = std::chrono::milliseconds(1000);

/// Most sessions ask nothing, and the program costs some milliseconds.
[[noreturn]] void become_resolve(const ResolverCommand& command, int control) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) std::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!proc::leave_connection({control}) || !proc::become(command.user))
    _exit(static_cast<int>(base::Exit::os));
  // A first channel, which resolve is to find there; or all are gone who could open one.
  char octet = 0;
  ssize_t got = 0;
  do {
    got = recv(control, &octet, 1, MSG_PEEK);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) _exit(0);
  if (dup2(control, 0) >= 0) (void)proc::exec(command.words, proc::Search::nowhere);
  _exit(static_cast<int>(base::Exit::os));
}

bool has_hung_up(int control) {
  pollfd state = {control, 0, 0};
  return poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

/// libunbound takes any port, and asks another then.
bool is_name_server(const std::string& text) {
  const auto at = std::min(text.find('@'), text.size());
  if (at < text.size() && base::parse_number(text.substr(at + 1), UINT16_MAX).value_or(0) == 0) return false;
  const auto address = text.substr(0, at);
  const auto zone = std::min(address.find('%'), address.size());
  if (address.find(':') < zone && zone + 1 < address.size())
    return !net::plain_address(address.substr(0, zone)).empty();
  return !net::plain_address(address).empty();
}

}  // namespace

base::Result<std::vector<std::string>> name_servers(const proc::Options& given) {
  auto out = given.all("resolver");
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!is_name_server(out[i]))
      return given.wrong("resolver", "'" + base::printable(out[i], 60) + "' is not ADDRESS or ADDRESS@PORT",
                         base::Exit::usage, i);
  }
  return out;
}

base::Result<ResolverCommand> ResolverCommand::load(const proc::Options& given,
                                                    const std::optional<proc::Identity>& user) {
  ResolverCommand out;
  TRY_ASSIGN(out.seconds, given.number("dns-timeout", 1, 60));
  out.user = user;
  out.words = {given.get("libexec") + "/resolve",
               "--config",
               "/dev/null",
               "--channels",
               "--dns-timeout",
               std::to_string(out.seconds),
               "--trust-anchor",
               given.get("trust-anchor")};
  TRY_ASSIGN(const auto servers, name_servers(given));
  for (const auto& server : servers) {
    out.words.emplace_back("--resolver");
    out.words.push_back(server);
  }
  out.files = {given.get("trust-anchor"), "/etc/resolv.conf"};
  if (access(out.words[0].c_str(), X_OK) != 0)
    return base::fail(base::Exit::configuration, "libexec: " + base::system_error(out.words[0]).what);
  return out;
}

base::Result<void> ResolverCommand::check() const {
  TRY_ASSIGN(const auto null, fs::open("/dev/null", O_RDWR));
  proc::Child child = {words, {{null.get(), 0}, {null.get(), 1}}, {}};
  std::erase(child.command, "--channels");
  TRY_ASSIGN(const pid_t pid, proc::start(child));
  TRY_ASSIGN(const int status, proc::wait(pid));
  if (status == 0) return {};
  return base::fail(base::Exit::configuration, words[0] + " ends with " + std::to_string(status));
}

std::vector<fs::Stamp> ResolverHelper::look() const {
  std::vector<fs::Stamp> out;
  for (const auto& path : command_.files) out.push_back(fs::stamp_of(path));
  return out;
}

base::Result<void> ResolverHelper::start() {
  auto now = look();
  if (control_ && now == seen_ && !has_hung_up(control_.get())) return {};
  seen_ = std::move(now);
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  control_ = std::move(sockets.first);
  const fs::Fd theirs = std::move(sockets.second);
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork for resolve");
  if (pid == 0) become_resolve(command_, theirs.get());
  return {};
}

base::Result<ResolverSession> ResolverSession::open(const ResolverHelper& helper) {
  TRY_ASSIGN(auto sockets, fs::stream_sockets());
  ResolverLimits limits;
  limits.each = std::chrono::seconds(helper.command().seconds) + grace;
  limits.all = limits.each * 3;
  ResolverSession out(std::move(sockets.first), limits);
  out.theirs_ = std::move(sockets.second);
  out.control_ = helper.control();
  return out;
}

void ResolverSession::hand_over() {
  if (!theirs_) return;
  // A resolver that takes nothing any more must hold up nobody.
  if (const auto sent = fs::send_packet(control_, "c", theirs_.get(), false); !sent)
    proc::log("-", "resolver-trouble", {{"reason", sent.error().what}});
  // Where nobody has taken it, the channel has ended.
  theirs_.reset();
}

net::Resolver::Ticket ResolverSession::ask(net::RecordType type, const std::string& name) {
  const net::Question question = {++last_, type, name};
  const auto line = to_line(question);
  // What resolve would not understand must not cost the channel.
  if (last_ > limits_.questions || !net::parse_question(line.substr(0, line.size() - 1))) return last_;
  hand_over();
  if (send(channel_.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
      static_cast<ssize_t>(line.size()))
    asked_[last_] = question;
  return last_;
}

net::Answer ResolverSession::wait(Ticket ticket) {
  const auto begun = Clock::now();
  const auto end = begun + std::min<Clock::duration>(limits_.each, limits_.all - waited_);
  while (asked_.count(ticket) != 0 && read(end)) continue;
  waited_ += Clock::now() - begun;
  auto found = arrived_.extract(ticket);
  if (!found.empty()) return std::move(found.mapped());
  const bool was_asked = asked_.erase(ticket) != 0;
  return net::no_answer(was_asked ? "no answer in time" : "not asked");
}

bool ResolverSession::read(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  pollfd waiting = {channel_.get(), POLLIN, 0};
  if (!channel_ || left <= 0) return false;
  const int ready = poll(&waiting, 1, static_cast<int>(left));
  if (ready <= 0) return ready < 0 && errno == EINTR;
  char buffer[16 * 1024];
  const auto got = recv(channel_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (got <= 0 || input_.size() > net::answer_limit) {
    channel_.reset();
    asked_.clear();
    return false;
  }
  input_.append(buffer, static_cast<std::size_t>(got));
  std::size_t begin = 0;
  for (auto line_end = input_.find('\n'); line_end != std::string::npos;
       line_end = input_.find('\n', begin)) {
    take(std::string_view(input_).substr(begin, line_end - begin));
    begin = line_end + 1;
  }
  input_.erase(0, begin);
  return true;
}

/// An answer to nothing that was asked is dropped.
void ResolverSession::take(std::string_view line) {
  auto parsed = net::parse_answer(line);
  if (!parsed || !parsed->question.id) return;
  const auto asked = asked_.find(*parsed->question.id);
  if (asked == asked_.end() || asked->second != parsed->question) return;
  arrived_[asked->first] = std::move(parsed->answer);
  asked_.erase(asked);
}

}  // namespace serve
