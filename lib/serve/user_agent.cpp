#include "serve/user_agent.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

constexpr std::uint64_t piece_size = 256 * 1024;
constexpr int time_limit = 1000;  // seconds, for a disk that hangs
constexpr unsigned goodbye = 5;   // seconds

int trouble(const base::Error& error, const std::string& user, const spool::Message& message) {
  proc::log(message.envelope.id, "mailbox-trouble", {{"user", user}, {"reason", error.what}});
  return static_cast<int>(error.code);
}

/// By its user, who so would hold up everybody's mail.
bool is_stopped(pid_t pid) {
  siginfo_t info = {};
  return waitid(P_PID, static_cast<id_t>(pid), &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == pid;
}

/// False: it hangs, or was stopped.
bool await_answer(int socket, pid_t pid) {
  pollfd answer = {socket, POLLIN, 0};
  for (int second = 0; second < time_limit; ++second) {
    if (poll(&answer, 1, 1000) > 0) return true;
    if (is_stopped(pid)) return false;
  }
  return false;
}

/// In the child, until the socket is closed: a recipient, a sender, and where the message is in its file.
/// An exception ends the process: unwinding would run the parent's work twice.
void serve_requests(int socket, const std::string& user, MailboxTarget target) noexcept {
  bool confined = false;
  while (true) {
    auto packet = fs::receive_packet(socket);
    if (!packet || !*packet || !(*packet)->descriptor) return;
    const auto fields = fs::split_fields((*packet)->text);
    if (fields.size() != 5) return;
    spool::Message message;
    message.file = std::move((*packet)->descriptor);
    message.envelope.id = fields[0];
    message.envelope.sender = target.sender = fields[1];
    target.recipient = fields[2];
    message.envelope.body_offset = base::parse_number(fields[3]).value_or(0);
    message.envelope.length = base::parse_number(fields[4]);
    // Not before there is a Maildir, which has to be seen with each message until then.
    const auto alone = confined ? base::Result<void>() : confine_to_mailbox(target.home, target.maildir);
    confined = alone.has_value();
    const int status = alone ? deliver_here(user, target, message) : trouble(alone.error(), user, message);
    if (!fs::send_packet(socket, std::to_string(status))) return;
  }
}

}  // namespace

int deliver_here(const std::string& user, const MailboxTarget& target, const spool::Message& message) {
  std::uint64_t at = 0;
  const auto next = [&]() -> base::Result<std::string> {
    TRY_ASSIGN(auto piece, spool::Queue::read(message, at, piece_size));
    at += piece.size();
    return piece;
  };
  const auto done = deliver_to_mailbox(target, next);
  return done ? 0 : trouble(done.error(), user, message);
}

base::Result<UserAgent> UserAgent::start(const std::string& user, const auth::Account& account,
                                         const std::string& maildir, const std::string& hostname) {
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid > 0) return UserAgent(pid, std::move(sockets.first));
  // From here on the user may stop and kill it: the runner's lock, above all, is not for it.
  proc::keep_only({sockets.second.get()});
  const auto became = become_account(account);
  if (!became) proc::log("-", "trouble", {{"user", user}, {"reason", became.error().what}});
  if (became) serve_requests(sockets.second.get(), user, {account.home, maildir, hostname, {}, {}});
  _exit(0);
}

UserAgent::UserAgent(UserAgent&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), socket_(std::move(other.socket_)) {}

UserAgent::~UserAgent() {
  socket_.reset();
  if (pid_ <= 0) return;
  if (is_stopped(pid_)) kill(pid_, SIGKILL);
  proc::let_go(pid_, goodbye);
}

bool UserAgent::waits() const {
  pollfd state = {socket_.get(), POLLIN, 0};
  return socket_ && poll(&state, 1, 0) == 0 && !is_stopped(pid_);
}

base::Result<int> UserAgent::deliver(const spool::Message& message, const std::string& recipient) {
  // To be read, not to be written: there are other people's recipients in it.
  TRY_ASSIGN(const auto file, fs::open("/proc/self/fd/" + std::to_string(message.file.get()), O_RDONLY));
  const auto offset = std::to_string(message.envelope.body_offset);
  const auto length = std::to_string(message.envelope.length.value_or(0));
  TRY(fs::send_packet(
      socket_.get(),
      fs::join_fields({message.envelope.id, message.envelope.sender, recipient, offset, length}),
      file.get()));
  if (!await_answer(socket_.get(), pid_)) {
    kill(pid_, SIGKILL);
    socket_.reset();
    return base::fail(base::Exit::temporary, "the delivery hangs");
  }
  TRY_ASSIGN(const auto packet, fs::receive_packet(socket_.get()));
  const auto status = packet ? base::parse_number(packet->text, 255) : std::nullopt;
  if (!status) return base::fail(base::Exit::temporary, "the delivering process has died");
  return static_cast<int>(*status);
}

}  // namespace serve
