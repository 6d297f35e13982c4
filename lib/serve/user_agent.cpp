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

// What it is asked for.
constexpr std::string_view deliver_word = "deliver";
constexpr std::string_view hold_word = "hold";
constexpr std::string_view settle_word = "settle";

/// The Maildir, and nothing else, once there is one; until then it has to be seen with each message.
base::Result<void> confine_once(const Letter& letter, const MailboxRules& rules, bool& confined) {
  // Who has instructions need not have a Maildir; what is wrong is said by the delivery.
  if (confined || !check_places(letter.home, rules.maildir)) return {};
  TRY(confine_to_mailbox(letter.home, rules.maildir));
  confined = true;
  return {};
}

LocalReport deliver_confined(const Letter& letter, const MailboxRules& rules, MailboxBatch* batch,
                             bool& confined) {
  if (has_instructions(letter.home, letter.extension)) return deliver_to_mailbox(letter, rules);
  const auto alone = confine_once(letter, rules, confined);
  if (alone) return deliver_to_mailbox(letter, rules, batch);
  proc::log(letter.id, "mailbox-trouble", {{"user", letter.user}, {"reason", alone.error().what}});
  return report_of(alone.error());
}

/// The word, and then a reason each, empty for what is on disk.
std::string settled(MailboxBatch& batch, const Letter& letter) {
  auto out = fs::join_fields({settle_word});
  for (const auto& one : batch.settle()) {
    if (!one) proc::log("-", "mailbox-trouble", {{"user", letter.user}, {"reason", one.error().what}});
    out += fs::join_fields({one ? std::string() : base::printable(one.error().what)});
  }
  return out;
}

/// In the child, until the socket is closed. An exception ends the process: unwinding would run the parent's
/// work twice.
void serve_requests(int socket, Letter letter, const MailboxRules& rules) noexcept {
  bool confined = false;
  MailboxBatch batch;
  while (true) {
    const auto packet = fs::receive_packet(socket);
    if (!packet || !*packet) return;
    const auto fields = fs::split_fields((*packet)->text);
    if (fields.size() == 1 && fields[0] == settle_word) {
      if (!fs::send_packet(socket, settled(batch, letter))) return;
      continue;
    }
    if (fields.size() != 7 || !(*packet)->descriptor) return;
    letter.file = (*packet)->descriptor.get();
    letter.id = fields[1];
    letter.sender = fields[2];
    letter.recipient = fields[3];
    letter.extension = fields[4];
    letter.offset = base::parse_number(fields[5]).value_or(0);
    letter.length = base::parse_number(fields[6]).value_or(0);
    const auto report = deliver_confined(letter, rules, fields[0] == hold_word ? &batch : nullptr, confined);
    if (!fs::send_packet(socket, to_packet(report))) return;
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

base::Result<fs::Packet> UserAgent::ask(std::string_view text, int file) {
  TRY(fs::send_packet(socket_.get(), text, file));
  if (!await_answer(socket_.get(), pid_, time_limit)) {
    kill(pid_, SIGKILL);
    socket_.reset();
    return base::fail(base::Exit::temporary, "the delivery hangs");
  }
  TRY_ASSIGN(auto packet, fs::receive_packet(socket_.get()));
  if (!packet) return base::fail(base::Exit::temporary, "the delivering process has died");
  return std::move(*packet);
}

base::Result<LocalReport> UserAgent::hand_over(const Letter& letter, std::string_view how) {
  const auto offset = std::to_string(letter.offset), length = std::to_string(letter.length);
  const auto fields =
      fs::join_fields({how, letter.id, letter.sender, letter.recipient, letter.extension, offset, length});
  TRY_ASSIGN(const auto packet, ask(fields, letter.file));
  return parse_report(packet.text);
}

base::Result<LocalReport> UserAgent::deliver(const Letter& letter) {
  return hand_over(letter, deliver_word);
}

base::Result<LocalReport> UserAgent::hold(const Letter& letter) {
  return hand_over(letter, hold_word);
}

base::Result<std::vector<std::string>> UserAgent::settle() {
  TRY_ASSIGN(const auto packet, ask(fs::join_fields({settle_word}), -1));
  auto out = fs::split_fields(packet.text);
  if (out.empty() || out[0] != settle_word) return base::fail(base::Exit::protocol, "not what was asked for");
  out.erase(out.begin());
  return out;
}

}  // namespace serve
