#include "serve/user_agent.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"
#include "serve/helper_answer.hpp"
#include "serve/home_instructions.hpp"

namespace serve {

namespace {

constexpr unsigned time_limit = 1000;  // seconds, for a disk that hangs
constexpr unsigned goodbye = 5;        // seconds

/// The Maildir, and nothing else, once there is one; until then it has to be seen with each message.
base::Result<void> confine_once(const Letter& letter, const MailboxRules& rules, bool& confined) {
  // Who has instructions need not have a Maildir; what is wrong is said by the delivery.
  if (confined || !check_places(letter.home, rules.maildir)) return {};
  TRY(confine_to_mailbox(letter.home, rules.maildir));
  confined = true;
  return {};
}

LocalReport deliver_confined(const Letter& letter, const MailboxRules& rules, bool& confined) {
  if (has_instructions(letter.home, letter.extension)) return deliver_to_mailbox(letter, rules);
  const auto alone = confine_once(letter, rules, confined);
  if (alone) return deliver_to_mailbox(letter, rules);
  proc::log(letter.id, "mailbox-trouble", {{"user", letter.user}, {"reason", alone.error().what}});
  return report_of(alone.error());
}

/// In the child, until the socket is closed. An exception ends the process: unwinding would run the parent's
/// work twice.
void serve_requests(int socket, Letter letter, const MailboxRules& rules) noexcept {
  bool confined = false;
  while (true) {
    const auto packet = fs::receive_packet(socket);
    if (!packet || !*packet || !(*packet)->descriptor) return;
    const auto fields = fs::split_fields((*packet)->text);
    if (fields.size() != 6) return;
    letter.file = (*packet)->descriptor.get();
    letter.id = fields[0];
    letter.sender = fields[1];
    letter.recipient = fields[2];
    letter.extension = fields[3];
    letter.offset = base::parse_number(fields[4]).value_or(0);
    letter.length = base::parse_number(fields[5]).value_or(0);
    if (!fs::send_packet(socket, to_packet(deliver_confined(letter, rules, confined)))) return;
  }
}

}  // namespace

base::Result<UserAgent> UserAgent::start(const std::string& user, const auth::Account& account,
                                         const MailboxRules& rules, const std::string& hostname) {
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid > 0) return UserAgent(pid, std::move(sockets.first));
  // From here on the user may stop and kill it: the runner's lock, above all, is not for it.
  proc::keep_only({sockets.second.get()});
  const auto became = become_account(account);
  if (!became) proc::log("-", "trouble", {{"user", user}, {"reason", became.error().what}});
  Letter letter;
  letter.user = user;
  letter.home = account.home;
  letter.hostname = hostname;
  if (became) serve_requests(sockets.second.get(), letter, rules);
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

base::Result<LocalReport> UserAgent::deliver(const Letter& letter) {
  const auto offset = std::to_string(letter.offset), length = std::to_string(letter.length);
  TRY(fs::send_packet(
      socket_.get(),
      fs::join_fields({letter.id, letter.sender, letter.recipient, letter.extension, offset, length}),
      letter.file));
  if (!await_answer(socket_.get(), pid_, time_limit)) {
    kill(pid_, SIGKILL);
    socket_.reset();
    return base::fail(base::Exit::temporary, "the delivery hangs");
  }
  TRY_ASSIGN(const auto packet, fs::receive_packet(socket_.get()));
  if (!packet) return base::fail(base::Exit::temporary, "the delivering process has died");
  return parse_report(packet->text);
}

}  // namespace serve
