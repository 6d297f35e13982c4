#include "serve/user_agent.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"
#include "serve/copied.hpp"
#include "serve/helper_answer.hpp"
#include "serve/home_instructions.hpp"

namespace serve {

namespace {

constexpr unsigned time_limit = 1000;  // seconds, for a disk that hangs
constexpr unsigned goodbye = 5;        // seconds
constexpr const char* hangs = "the delivery hangs";

// What it is asked for.
constexpr std::string_view deliver_word = "deliver";
constexpr std::string_view hold_word = "hold";
constexpr std::string_view settle_word = "settle";

// What became of each that was held; a reason has the mark in front.
constexpr const char* on_disk_word = "y";
constexpr const char* alone_word = "n";
constexpr const char* reason_mark = "!";

/// Nothing is on disk that it does not say is.
base::Result<std::optional<std::string>> parse_became(const std::string& field) {
  if (field == on_disk_word) return std::optional(std::string());
  if (field == alone_word) return std::optional<std::string>();
  if (field.starts_with(reason_mark) && field != reason_mark) return std::optional(field.substr(1));
  return base::fail(base::Exit::protocol, "not what becomes of a message");
}

base::Result<std::vector<std::optional<std::string>>> parse_settled(std::string_view text) {
  const auto fields = fs::split_fields(text);
  if (fields.empty() || fields[0] != settle_word)
    return base::fail(base::Exit::protocol, "not what was asked for");
  std::vector<std::optional<std::string>> out;
  for (std::size_t i = 1; i < fields.size(); ++i) {
    TRY_ASSIGN(auto became, parse_became(fields[i]));
    out.push_back(std::move(became));
  }
  return out;
}

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
  if (!confined && has_instructions(letter.home, letter.extension))
    return deliver_to_mailbox(letter, rules, batch);
  const auto alone = confine_once(letter, rules, confined);
  if (alone) return deliver_to_mailbox(letter, rules, batch);
  proc::log(letter.id, "mailbox-trouble", {{"user", letter.user}, {"reason", alone.error().what}});
  return report_of(alone.error());
}

/// What is asked of it together.
struct Held {
  MailboxBatch batch;
  std::vector<bool> taken;  // into the batch

  void add(const LocalReport& report) {
    taken.push_back(report.attempt.outcome == Outcome::delivered && !report.has_instructions);
  }

  /// The word, and then what became of each.
  std::string settle(const Letter& letter) {
    auto out = fs::join_fields({settle_word});
    const auto settled = batch.settle();
    auto one = settled.begin();
    for (const bool was_taken : std::exchange(taken, {})) {
      if (!was_taken) {
        out += fs::join_fields({alone_word});
        continue;
      }
      const auto& done = *one++;
      if (!done) proc::log("-", "mailbox-trouble", {{"user", letter.user}, {"reason", done.error().what}});
      out += fs::join_fields(
          {done ? on_disk_word : std::string(reason_mark) + base::printable(done.error().what)});
    }
    return out;
  }
};

/// In the child, until the socket is closed. An exception ends the process: unwinding would run the parent's
/// work twice.
void serve_requests(int socket, Letter letter, const MailboxRules& rules) noexcept {
  bool confined = false;
  Held held;
  while (true) {
    const auto packet = fs::receive_packet(socket);
    if (!packet || !*packet) return;
    std::string_view text = (*packet)->text;
    const auto fields = fs::take_fields(text, 7);
    if (fields.size() == 1 && fields[0] == settle_word) {
      if (!fs::send_packet(socket, held.settle(letter))) return;
      continue;
    }
    if (fields.size() != 7) return;
    letter.text = text;
    letter.file = (*packet)->descriptor.get();
    letter.id = fields[1];
    letter.sender = fields[2];
    letter.recipient = fields[3];
    letter.extension = fields[4];
    letter.offset = base::parse_number(fields[5]).value_or(0);
    letter.length = base::parse_number(fields[6]).value_or(0);
    if ((*packet)->descriptor ? !text.empty() : text.size() != letter.length) return;
    const bool hold = fields[0] == hold_word;
    const auto report = deliver_confined(letter, rules, hold ? &held.batch : nullptr, confined);
    if (hold) held.add(report);
    if (!hold && !fs::send_packet(socket, to_packet(report))) return;
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

base::Error UserAgent::give_up() {
  kill(pid_, SIGKILL);
  socket_.reset();
  return base::fail(base::Exit::temporary, hangs);
}

base::Result<fs::Packet> UserAgent::answer() {
  if (!await_answer(socket_.get(), pid_, time_limit)) return give_up();
  TRY_ASSIGN(auto packet, fs::receive_packet(socket_.get()));
  if (!packet) return base::fail(base::Exit::os, "the delivering process has died");
  return std::move(*packet);
}

/// Its user may have stopped it: whoever only waits for room in its queue waits for ever.
base::Result<void> UserAgent::send(std::string_view text, int file) {
  if (!socket_) return base::fail(base::Exit::temporary, hangs);
  const auto sent = fs::send_packet(socket_.get(), text, file, false);
  if (sent || sent.error().code != base::Exit::temporary) return sent;
  if (!await_room(socket_.get(), pid_, time_limit)) return give_up();
  return fs::send_packet(socket_.get(), text, file, false);
}

base::Result<void> UserAgent::send(const Letter& letter, std::string_view how) {
  const auto offset = std::to_string(letter.offset), length = std::to_string(letter.length);
  auto text =
      fs::join_fields({how, letter.id, letter.sender, letter.recipient, letter.extension, offset, length});
  text += letter.text;
  const auto sent = send(text, letter.text.empty() ? letter.file : -1);
  if (sent || letter.text.empty() || sent.error().code != base::Exit::os) return sent;
  return send_as_file(letter, how);
}

/// Its text may be longer than a packet can be where the kernel grants sockets little.
base::Result<void> UserAgent::send_as_file(Letter letter, std::string_view how) {
  TRY_ASSIGN(const auto copy, copied([&](const UsePiece& use) { return use(letter.text); }));
  letter.text = {};
  letter.file = copy.get();
  letter.offset = 0;
  return send(letter, how);
}

base::Result<LocalReport> UserAgent::deliver(const Letter& letter) {
  TRY(send(letter, deliver_word));
  TRY_ASSIGN(const auto packet, answer());
  return parse_report(packet.text);
}

base::Result<void> UserAgent::hold(const Letter& letter) {
  return send(letter, hold_word);
}

base::Result<std::vector<std::optional<std::string>>> UserAgent::settle() {
  TRY(send(fs::join_fields({settle_word}), -1));
  TRY_ASSIGN(const auto packet, answer());
  auto out = parse_settled(packet.text);
  if (!out) socket_.reset();
  return out;
}

}  // namespace serve
