#include "serve/login_watch.hpp"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"
#include "serve/login_options.hpp"

namespace serve {

namespace {

using About = sasl::Question::About;
using Clock = std::chrono::steady_clock;

// The protocols stop at three. This is for a talker that has been taken over and would go on guessing.
constexpr unsigned denied_limit = 3;
constexpr std::size_t login_limit = 512;  // octets that check-password reads of a password
constexpr std::size_t token_limit = 16 * 1024;
constexpr std::size_t line_limit = 4096;
// Until a session that has begun has said whose it is.
constexpr auto session_says = std::chrono::milliseconds(1000);
constexpr char tls_letter = 'T';

struct Kind {
  About about;
  char letter;
  std::string_view name;
};

constexpr Kind kinds[] = {{About::password, 'p', "password"},
                          {About::token, 't', "token"},
                          {About::certificate, 'c', "certificate"},
                          {About::salt, 's', "scram"},
                          {About::proof, 'f', "scram"},
                          {About::digest, 'a', "apop"},
                          {About::session, 'g', "scram"}};

const Kind& kind_of(About about) {
  return *std::find_if(std::begin(kinds), std::end(kinds),
                       [&](const Kind& kind) { return kind.about == about; });
}

char letter_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::granted:
      return 'y';
    case Verdict::denied:
      return 'n';
    case Verdict::expired:
      return 'e';
    case Verdict::blocked:
      return 'b';
    case Verdict::temporary:
      break;
  }
  return 't';
}

/// Who is to be logged in: what the client has called him, as the talker tells, and whom he is checked as.
struct Who {
  explicit Who(const sasl::Question& question) : said(question.name_as_said()), name(question.name) {}
  std::string said;
  std::string name;
};

/// check-password at work, and the session that it becomes.
struct Check {
  pid_t pid = 0;
  Who who;
  fs::Fd login;  // its descriptor 3
  fs::Fd talk;   // the session's descriptor 4
};

bool is_readable_before(Clock::time_point due, int descriptor) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now()).count();
    pollfd asked = {descriptor, POLLIN, 0};
    const int ready = poll(&asked, 1, static_cast<int>(std::max<decltype(left)>(left, 0)));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

/// One line, without its end; nothing at the end of the conversation, or when not all of it has come until it
/// is due.
std::optional<std::string> read_line(int descriptor, std::optional<Clock::time_point> due = {}) {
  std::string out;
  char one = 0;
  while (out.size() < line_limit) {
    if (due && !is_readable_before(*due, descriptor)) return std::nullopt;
    const ssize_t got = read(descriptor, &one, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1) return std::nullopt;
    if (one == '\n') return out;
    out += one;
  }
  return std::nullopt;
}

class Watcher {
 public:
  Watcher(const LoginTerms& terms, int talker, After after)
      : terms_(terms), talker_(talker), after_(after), tls_(terms.tls), identity_(terms.identity) {}

  base::Result<pid_t> run() {
    auto out = converse();
    give_up();
    return out;
  }

 private:
  base::Result<pid_t> converse() {
    std::string packet(request_limit, '\0');
    while (denied_ < denied_limit) {
      const ssize_t got = recv(talker_, packet.data(), packet.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      const auto text = std::string_view(packet).substr(0, static_cast<std::size_t>(got));
      if (text.front() == tls_letter) {
        TRY(begin_tls(text.substr(1)));
        continue;
      }
      auto request = from_request(text);
      explicit_bzero(packet.data(), static_cast<std::size_t>(got));
      const auto reply = to_answer(request ? answer(*request) : sasl::Answer{});
      if (request) request->question.wipe();
      const bool heard = send(talker_, reply.data(), reply.size(), MSG_NOSIGNAL) > 0;
      if (session_ != 0 || !heard) break;
    }
    return session_;
  }

  /// What the wrapper says comes here first: the talker could make it up.
  base::Result<void> begin_tls(std::string_view timeout) {
    const auto limit = base::parse_number(timeout, INT_MAX);
    if (!tls_ || !limit) return base::fail(base::Exit::protocol, "TLS: not to be had, or begun already");
    give_up();
    const auto tls = *std::exchange(tls_, std::nullopt);
    TRY_ASSIGN(const auto variables, tls.ask(static_cast<int>(*limit)));
    TRY(tls.take_over());
    identity_ =
        channel_of(net::tls_facts([&](const char* name) { return net::variable(variables, name); })).identity;
    if (send(talker_, variables.data(), variables.size(), MSG_NOSIGNAL) < 0)
      return base::system_error("TLS: tell the other process");
    return {};
  }

  static std::uint32_t seconds() {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(Clock::now().time_since_epoch()).count());
  }

  /// With what a failure costs. How long the check took is hidden in the delay.
  sasl::Answer answer(const Request& request) {
    const auto due = Clock::now() + terms_.delay;
    const auto& kind = kind_of(request.question.about);
    const bool goes_on = kind.about == About::proof || kind.about == About::session;
    if (!goes_on) give_up();
    if (denied_ >= denied_limit) return {};
    const auto who = goes_on && talk_ ? talk_->who : Who(request.question);
    auto out = blocked(who) ? base::Result<sasl::Answer>(sasl::Answer{Verdict::blocked}) : check(request);
    if (!out) proc::log("-", "login-error", {{"reason", out.error().what}});
    if (!out) out = sasl::Answer{};
    if (out->verdict == Verdict::granted) return *out;
    // A right guess of what has expired is one, too.
    if (out->verdict == Verdict::denied || out->verdict == Verdict::expired) {
      // As a right guess would be: which one it was is not told any more.
      if (blocked(who)) out->verdict = Verdict::blocked;
      failed(who, kind.name);
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now()).count();
    if (left > 0) (void)poll(nullptr, 0, static_cast<int>(left));
    return *out;
  }

  bool blocked(const Who& who) const {
    if (terms_.failures == nullptr || !terms_.failures->too_many(terms_.peer, seconds())) return false;
    proc::log("-", "login-blocked", {{"peer", terms_.peer}, {"user", who.said}});
    return true;
  }

  void failed(const Who& who, std::string_view by) {
    ++denied_;
    if (terms_.failures != nullptr) terms_.failures->add(terms_.peer, seconds());
    if (who.said == who.name)
      return proc::log("-", "login-refused", {{"peer", terms_.peer}, {"user", who.said}, {"by", by}});
    proc::log("-", "login-refused",
              {{"peer", terms_.peer}, {"user", who.said}, {"by", by}, {"for", who.name}});
  }

  /// An exchange that was begun and not finished counts as a failure: it was a guess, or it asked who exists.
  void give_up() {
    if (!talk_) return;
    const auto who = talk_->who;
    (void)ended();
    failed(who, kind_of(About::salt).name);
  }

  base::Result<sasl::Answer> check(const Request& request) {
    const auto& question = request.question;
    switch (question.about) {
      case About::password:
        // The interface takes no more, so nobody has such a password.
        return at_once(request, {}, login_limit);
      case About::digest:
        return digest(request);
      case About::token:
        return at_once(request, "--evidence=token", token_limit);
      case About::certificate:
        if (identity_.empty() || question.name != identity_) return sasl::Answer{Verdict::denied};
        return at_once(request, "--evidence=certificate", login_limit);
      case About::salt:
        return salt(question);
      case About::proof:
        return proof(question);
      case About::session:
        return session(request.pending);
    }
    return base::fail(base::Exit::software, "no such question");
  }

  base::Result<void> start(const sasl::Question& question, const std::string& evidence) {
    TRY_ASSIGN(auto login, fs::stream_sockets());
    TRY_ASSIGN(auto talk, fs::stream_sockets());
    auto command = terms_.check;
    if (!evidence.empty()) command.insert(command.begin() + 1, evidence);
    std::vector<std::pair<int, int>> descriptors = {{login.second.get(), 3}};
    if (after_ == After::session) descriptors.emplace_back(talk.second.get(), session_descriptor);
    TRY_ASSIGN(const pid_t pid, proc::start({std::move(command), std::move(descriptors), {}}));
    talk_ = Check{pid, Who(question), std::move(login.first), std::move(talk.first)};
    proven_ = false;
    return {};
  }

  /// Waits for the check to end, and forgets it.
  base::Result<int> ended() {
    const pid_t pid = talk_->pid;
    talk_.reset();
    return proc::wait(pid);
  }

  base::Result<sasl::Answer> at_once(const Request& request, const std::string& evidence, std::size_t limit) {
    const auto& question = request.question;
    std::string text = question.name + '\0' + question.secret + '\0' + '\0';
    if (text.size() > limit) return sasl::Answer{Verdict::denied};
    TRY(start(question, evidence));
    (void)fs::write_all(talk_->login.get(), text);
    explicit_bzero(text.data(), text.size());
    return let_in(request.pending);
  }

  /// The login is checked, or will be: what comes of it. Others from the same address were, meanwhile: so
  /// many guesses at once are still no more than there may be.
  base::Result<sasl::Answer> let_in(std::string_view pending) {
    talk_->login.reset();
    const auto who = talk_->who;
    char can_begin = 0;
    if (after_ == After::session && read(talk_->talk.get(), &can_begin, 1) == 1) {
      if (!blocked(who)) return let_begin(pending);
      TRY(ended());
      return sasl::Answer{Verdict::blocked};
    }
    TRY_ASSIGN(const int status, ended());
    if (status == 0 && after_ == After::return_here)
      return sasl::Answer{blocked(who) ? Verdict::blocked : Verdict::granted};
    return refusal(status);
  }

  sasl::Answer let_begin(std::string_view pending) {
    const int talk = talk_->talk.get();
    (void)fs::write_all(talk, session_go + std::string(pending));
    (void)shutdown(talk, SHUT_WR);
    // Another program's may keep it open, and say nothing, or half of a line.
    auto user = read_line(talk, Clock::now() + session_says).value_or("");
    session_ = talk_->pid;
    talk_.reset();
    return {Verdict::granted, std::move(user)};
  }

  static sasl::Answer refusal(int status) {
    if (status == static_cast<int>(base::Exit::unavailable)) return {Verdict::expired};
    return {status == 77 || status == 1 ? Verdict::denied : Verdict::temporary};
  }

  /// The timestamp is the one that was given out here: a talker could say an old one, with its digest.
  base::Result<sasl::Answer> digest(const Request& request) {
    if (terms_.timestamp.empty()) return sasl::Answer{Verdict::denied};
    auto whole = request;
    whole.question.secret = terms_.timestamp + " " + request.question.secret;
    return at_once(whole, "--evidence=apop", login_limit);
  }

  base::Result<sasl::Answer> salt(const sasl::Question& question) {
    TRY(start(question, "--evidence=scram"));
    TRY(fs::write_all(talk_->login.get(), question.name + '\0'));
    return next_line();
  }

  base::Result<sasl::Answer> proof(const sasl::Question& question) {
    if (!talk_) return base::fail(base::Exit::protocol, "login: a proof without a salt");
    TRY(fs::write_all(talk_->login.get(), question.secret + '\0' + question.proof + '\0'));
    auto line = next_line();
    proven_ = line && line->verdict == Verdict::granted;
    if (!proven_ || !blocked(talk_->who)) return line;
    TRY(ended());
    return sasl::Answer{Verdict::blocked};
  }

  base::Result<sasl::Answer> next_line() {
    if (auto line = read_line(talk_->login.get())) return sasl::Answer{Verdict::granted, std::move(*line)};
    TRY_ASSIGN(const int status, ended());
    return refusal(status);
  }

  base::Result<sasl::Answer> session(std::string_view pending) {
    if (!talk_ || !std::exchange(proven_, false))
      return base::fail(base::Exit::protocol, "login: nothing is proven");
    TRY(fs::write_all(talk_->login.get(), "+"));
    return let_in(pending);
  }

  const LoginTerms& terms_;
  int talker_;
  After after_;
  std::optional<net::UcspiTls> tls_;
  std::string identity_;
  unsigned denied_ = 0;
  std::optional<Check> talk_;  // at work
  bool proven_ = false;
  pid_t session_ = 0;
};

}  // namespace

std::string to_request(const sasl::Question& question, std::string_view pending) {
  std::string out(1, kind_of(question.about).letter);
  for (const auto* field : {&question.name, &question.secret, &question.proof, &question.said})
    out += *field + '\0';
  return out + std::string(pending);
}

std::optional<Request> from_request(std::string_view packet) {
  const auto* kind = std::find_if(std::begin(kinds), std::end(kinds),
                                  [&](const Kind& one) { return packet.starts_with(one.letter); });
  if (kind == std::end(kinds)) return std::nullopt;
  packet.remove_prefix(1);
  Request out;
  out.question.about = kind->about;
  for (auto* field : {&out.question.name, &out.question.secret, &out.question.proof, &out.question.said}) {
    const auto end = packet.find('\0');
    if (end == packet.npos) return std::nullopt;
    *field = packet.substr(0, end);
    packet.remove_prefix(end + 1);
  }
  out.pending = packet;
  return out;
}

std::string tls_request(int timeout) {
  return tls_letter + std::to_string(timeout);
}

std::string to_answer(const sasl::Answer& answer) {
  return letter_of(answer.verdict) + answer.text;
}

sasl::Answer from_answer(std::string_view packet) {
  const char letter = packet.empty() ? 't' : packet.front();
  auto verdict = Verdict::temporary;
  for (const auto one : {Verdict::granted, Verdict::denied, Verdict::expired, Verdict::blocked}) {
    if (letter == letter_of(one)) verdict = one;
  }
  return {verdict, std::string(packet.substr(std::min<std::size_t>(1, packet.size())))};
}

base::Result<pid_t> watch(const LoginTerms& terms, int talker, After after) {
  return Watcher(terms, talker, after).run();
}

}  // namespace serve
