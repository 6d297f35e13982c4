#include "serve/user_agent.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

constexpr std::uint64_t piece_size = 256 * 1024;
constexpr int time_limit = 1'000'000;  // milliseconds, for a disk that hangs
constexpr unsigned goodbye = 5;        // seconds

/// In the child, until the socket is closed: a recipient, a sender, and where the message is in its file.
/// An exception ends the process: unwinding would run the parent's work twice.
void serve_requests(int socket, const std::string& user, MailboxTarget target) noexcept {
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
    const auto status = std::to_string(deliver_here(user, target, message));
    if (!fs::send_packet(socket, status)) return;
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
  if (done) return 0;
  proc::log(message.envelope.id, "mailbox-trouble", {{"user", user}, {"reason", done.error().what}});
  return static_cast<int>(done.error().code);
}

base::Result<UserAgent> UserAgent::start(const std::string& user, const auth::Account& account,
                                         const std::string& maildir, const std::string& hostname) {
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid > 0) return UserAgent(pid, std::move(sockets.first));
  // From here on the user may stop and kill it: the runner's lock, above all, is not for it.
  proc::keep_only({sockets.second.get()});
  auto alone = become_account(account);
  if (alone) alone = confine_to_mailbox(account.home, maildir);
  if (!alone) proc::log("-", "trouble", {{"user", user}, {"reason", alone.error().what}});
  if (alone) serve_requests(sockets.second.get(), user, {account.home, maildir, hostname, {}, {}});
  _exit(0);
}

UserAgent::UserAgent(UserAgent&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), socket_(std::move(other.socket_)) {}

UserAgent::~UserAgent() {
  socket_.reset();
  if (pid_ > 0) (void)proc::wait(pid_, goodbye);
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
  pollfd answer = {socket_.get(), POLLIN, 0};
  if (poll(&answer, 1, time_limit) == 0) {
    kill(pid_, SIGKILL);
    return base::fail(base::Exit::temporary, "the delivery hangs");
  }
  TRY_ASSIGN(const auto packet, fs::receive_packet(socket_.get()));
  const auto status = packet ? base::parse_number(packet->text, 255) : std::nullopt;
  if (!status) return base::fail(base::Exit::temporary, "the delivering process has died");
  return static_cast<int>(*status);
}

}  // namespace serve
