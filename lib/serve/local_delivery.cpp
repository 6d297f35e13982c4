#include "serve/local_delivery.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "fs/stream.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"
#include "serve/copied.hpp"
#include "serve/full_mailboxes.hpp"
#include "serve/home_agent.hpp"
#include "serve/home_forwarding.hpp"
#include "serve/home_instructions.hpp"
#include "serve/host_name.hpp"
#include "serve/parts_done.hpp"
#include "serve/quota_option.hpp"
#include "serve/written_to.hpp"

namespace serve {

namespace {

constexpr std::size_t most_agents = 8;
constexpr std::size_t most_held = 256 * 1024;  // octets of messages
constexpr unsigned time_limit = 1000;          // seconds, for a program that hangs
constexpr unsigned time_for_files = 300;       // seconds, beside the user's programs

base::Result<int> run_program(const LocalMail& local, const spool::Message& message,
                              const LocalRecipient& recipient) {
  TRY_ASSIGN(const auto copy,
             copied([&](const UsePiece& use) { return spool::Queue::each_chunk(message, use); }));
  proc::Child child = {
      {local.program, "--user=" + recipient.user},
      {{copy.get(), 0}},
      {{"SENDER", message.envelope.sender},
       {"RECIPIENT", written_to(message.envelope, recipient.address, recipient.policy, local.hostname)}}};
  if (!local.configuration.empty()) child.variables.emplace_back("TUBEPOST_CONF", local.configuration);
  TRY_ASSIGN(const pid_t pid, proc::start(child));
  const auto ended = recipient.when_slow ? proc::ends_in(pid, 1) : base::Result<bool>(true);
  if (ended && !*ended) recipient.when_slow();
  return proc::wait(pid, time_limit);
}

/// To be read, not to be written: there are other people's recipients in it.
base::Result<fs::Fd> open_to_read(const spool::Message& message) {
  return fs::open("/proc/self/fd/" + std::to_string(message.file.get()), O_RDONLY);
}

/// A short message goes as its text: then there is none.
base::Result<fs::Fd> open_where_long(const spool::Message& message) {
  return message.text.empty() ? open_to_read(message) : base::Result<fs::Fd>(fs::Fd());
}

}  // namespace

Attempt judge_exit(int status) {
  if (status == 0) return {Outcome::delivered, "2.0.0", "delivered", {}};
  switch (static_cast<base::Exit>(status)) {
    case base::Exit::no_user:
      return {Outcome::failed, "5.1.1", "no such user here", {}};
    case base::Exit::unavailable:
      return {Outcome::failed, "5.4.6", "the message is in a loop, or the program does not take it", {}};
    default:
      return {Outcome::deferred, "4.3.0", "delivery to the mailbox ended with " + std::to_string(status), {}};
  }
}

base::Result<LocalMail> local_mail(const proc::Options& given) {
  TRY_ASSIGN(auto hostname, host_name(given));
  LocalMail out{given.get("local-deliver"), given.get("config"), std::move(hostname)};
  out.spool = given.get("spool");
  out.subaddress = given.get("subaddress");
  auto& mailbox = out.rules.mailbox;
  mailbox.maildir = given.get("maildir");
  TRY_ASSIGN(mailbox.max_hops, given.number("max-hops", 1, 1000));
  TRY_ASSIGN(mailbox.quota, quota_option(given));
  TRY_ASSIGN(mailbox.full_fails, full_fails_option(given));
  TRY_ASSIGN(const auto seconds, given.number("program-timeout", 1, 3600));
  out.rules.program_seconds = static_cast<unsigned>(seconds);
  return out;
}

/// Where one dies at it, the message is tried again later, as nobody knows how far it came. One that could
/// not deliver is asked no more: it is confined to a Maildir that may not be there any longer.
base::Result<LocalReport> LocalDelivery::hand_over(const Letter& letter, const LocalRecipient& recipient,
                                                   const MailboxRules& rules) {
  if (!is_apart(recipient)) return deliver_to_mailbox(letter, rules);
  TRY_ASSIGN(const bool old, find_agent(recipient, rules));
  auto report = ask_agent(letter);
  // What it could not do was not done.
  if (old && report && report->attempt.outcome == Outcome::deferred && !report->has_instructions) {
    TRY(find_agent(recipient, rules));
    report = ask_agent(letter);
  }
  return report ? *report : report_of(base::fail(base::Exit::temporary, report.error().what));
}

bool LocalDelivery::is_apart(const LocalRecipient& recipient) const {
  return local_.apart || (geteuid() == 0 && recipient.account.uid != 0);
}

base::Result<bool> LocalDelivery::find_agent(const LocalRecipient& recipient, const MailboxRules& rules) {
  const auto known = std::find_if(agents_.begin(), agents_.end(),
                                  [&](const Agent& agent) { return agent.user == recipient.user; });
  if (known != agents_.end() && known->process.waits()) {
    agents_.splice(agents_.begin(), agents_, known);
    return true;
  }
  if (known != agents_.end()) {
    settle(*known);
    agents_.erase(known);
  } else if (agents_.size() == most_agents) {
    settle(agents_.back());
    agents_.pop_back();
  }
  TRY_ASSIGN(auto agent, UserAgent::start(recipient.user, recipient.account, rules, local_.hostname));
  agents_.push_front({recipient.user, std::move(agent)});
  return false;
}

base::Result<LocalReport> LocalDelivery::ask_agent(const Letter& letter) {
  auto report = agents_.front().process.deliver(letter);
  if (!report) proc::log(letter.id, "trouble", {{"user", letter.user}, {"reason", report.error().what}});
  if (!report || (report->attempt.outcome == Outcome::deferred && !report->has_instructions))
    agents_.pop_front();
  return report;
}

LocalReport LocalDelivery::follow(const spool::Message& message, const Letter& letter,
                                  const LocalRecipient& recipient, const ErrandRules& rules) {
  // A disk that has no room to remember what is done must not have it done again and again.
  if (const auto room = rules.goes_on ? reserve_notes(message) : base::Result<void>(); !room)
    return report_of(room.error());
  const auto before = rules.goes_on ? parts_done(message, recipient.address) : std::vector<std::string>();
  const auto work = [&] { return follow_home(letter, rules, before); };
  auto report = ask_as(recipient.account, letter.file, rules.program_seconds + time_for_files, work,
                       recipient.when_slow);
  if (!report) {
    proc::log(letter.id, "trouble", {{"user", letter.user}, {"reason", report.error().what}});
    // The others behind the same message must not wait for what this user has done to his process.
    return report_of(base::fail(base::Exit::temporary, report.error().what));
  }
  const auto settled = settle(message, letter, recipient, rules, *report);
  if (settled) return *report;
  proc::log(letter.id, "trouble", {{"user", letter.user}, {"reason", settled.error().what}});
  return report_of(Attempt{Outcome::deferred, "4.3.0", "could not be sent on", {}});
}

/// What is done is noted before more is: a crash repeats no more than one step.
base::Result<void> LocalDelivery::settle(const spool::Message& message, const Letter& letter,
                                         const LocalRecipient& recipient, const ErrandRules& rules,
                                         LocalReport& report) {
  const bool deferred = report.attempt.outcome == Outcome::deferred;
  if (rules.goes_on && (deferred || !report.forwards.empty()))
    TRY(note_parts(message, recipient.address, report.done));
  if (report.forwards.empty()) return {};
  if (local_.spool.empty()) return base::fail(base::Exit::temporary, "no spool to send it on through");
  std::vector<std::string> safe;
  const auto sent = queue_forwards({local_.spool, recipient.policy, recipient.address}, message, letter,
                                   report.forwards, safe);
  if (rules.goes_on && (deferred || !sent)) TRY(note_parts(message, recipient.address, safe));
  return sent;
}

base::Result<MailboxRules> LocalDelivery::rules_for(const LocalRecipient& recipient) const {
  auto out = local_.rules.mailbox;
  if (!recipient.account.quota.empty()) {
    const auto own = maildir::parse_quota(recipient.account.quota);
    if (!own) return base::fail(own.error().code, "users: " + recipient.user + ": " + own.error().what);
    out.quota = *own;
  }
  return out;
}

Letter LocalDelivery::letter_of(const spool::Message& message, const LocalRecipient& recipient,
                                int file) const {
  const auto& envelope = message.envelope;
  return {message.text,
          file,
          envelope.body_offset,
          envelope.length.value_or(0),
          envelope.id,
          envelope.sender,
          written_to(envelope, recipient.address, recipient.policy, local_.hostname),
          recipient.user,
          recipient.account.home,
          extension_of(recipient.address, recipient.user, local_.subaddress),
          local_.hostname};
}

/// What would never fit says nothing about what comes next.
void LocalDelivery::note_fullness(const MailboxRules& rules, const std::string& user,
                                  const Attempt& attempt) const {
  if (local_.spool.empty() || rules.quota == maildir::Quota()) return;
  const bool full = attempt.status == "4.2.2" || attempt.status == "5.2.2";
  auto noted = base::Result<void>();
  if (full) noted = note_full(local_.spool, user);
  if (attempt.outcome == Outcome::delivered) noted = note_room(local_.spool, user);
  // Only those who send more mail would have been told sooner.
  if (!noted) proc::log("-", "trouble", {{"user", user}, {"reason", noted.error().what}});
}

base::Result<std::optional<LocalReport>> LocalDelivery::try_once(const spool::Message& message,
                                                                 const LocalRecipient& recipient,
                                                                 bool follows) {
  if (auto known = prepared_.extract({message.envelope.id, recipient.address}))
    return std::move(known.mapped());
  auto rules = local_.rules;
  TRY_ASSIGN(rules.mailbox, rules_for(recipient));
  if (recipient.policy != nullptr)
    rules.is_local = [&](std::string_view domain) { return recipient.policy->is_local_domain(domain); };
  TRY_ASSIGN(auto file, open_where_long(message));
  auto letter = letter_of(message, recipient, file.get());
  TRY_ASSIGN(auto report, hand_over(letter, recipient, rules.mailbox));
  if (!report.has_instructions) note_fullness(rules.mailbox, recipient.user, report.attempt);
  if (!report.has_instructions) return report;
  if (!follows) return std::nullopt;
  TRY_ASSIGN(file, open_to_read(message));
  letter.file = file.get();
  return follow(message, letter, recipient, rules);
}

bool LocalDelivery::prepare(const spool::Message& message, const LocalRecipient& recipient) {
  if (!local_.program.empty()) return false;
  const auto rules = rules_for(recipient);
  if (!rules || rules->quota != maildir::Quota()) return false;
  const auto file = open_where_long(message);
  if (!file) return false;
  const auto letter = letter_of(message, recipient, file->get());
  const Name name = {letter.id, recipient.address};
  if (is_apart(recipient)) return hold(letter, recipient, *rules, name);
  const auto report = deliver_to_mailbox(letter, *rules, &here_);
  if (report.has_instructions || report.attempt.outcome != Outcome::delivered) return false;
  held_here_.push_back(name);
  return true;
}

/// What comes of it is asked for by settle(), of all at once.
bool LocalDelivery::hold(const Letter& letter, const LocalRecipient& recipient, const MailboxRules& rules,
                         const Name& name) {
  if (!find_agent(recipient, rules)) return false;
  auto& agent = agents_.front();
  if (agent.octets + letter.text.size() > most_held) settle(agent);
  if (!agent.process.hold(letter)) {
    settle(agent);
    agents_.pop_front();
    return false;
  }
  agent.held.push_back(name);
  agent.octets += letter.text.size();
  return true;
}

/// What was not put in its place is told of as it would have been without a batch. Where nothing is said of
/// one, it goes by itself.
void LocalDelivery::note(const std::vector<Name>& names,
                         const std::vector<std::optional<std::string>>& reasons) {
  for (std::size_t i = 0; i < std::min(names.size(), reasons.size()); ++i) {
    const auto& reason = reasons[i];
    if (!reason) continue;
    prepared_.insert_or_assign(names[i], reason->empty()
                                             ? delivered("delivered")
                                             : report_of(base::fail(base::Exit::temporary, *reason)));
  }
}

void LocalDelivery::settle(Agent& agent) {
  if (agent.held.empty()) return;
  auto reasons = agent.process.settle();
  if (!reasons) {
    proc::log("-", "trouble", {{"user", agent.user}, {"reason", reasons.error().what}});
    // Where one of them has killed it, it must not take the others along, time and again; a disk that hangs
    // is not waited for with each.
    const bool hangs = reasons.error().code == base::Exit::temporary;
    reasons = std::vector<std::optional<std::string>>(hangs ? agent.held.size() : 0, reasons.error().what);
  }
  note(agent.held, *reasons);
  agent.held.clear();
  agent.octets = 0;
}

void LocalDelivery::settle() {
  for (auto& agent : agents_) settle(agent);
  std::vector<std::optional<std::string>> reasons;
  for (const auto& one : here_.settle()) reasons.emplace_back(one ? "" : one.error().what);
  note(held_here_, reasons);
  held_here_.clear();
}

LocalReport LocalDelivery::report(const spool::Message& message, const LocalRecipient& recipient) {
  const auto report = try_once(message, recipient, true);
  return report ? **report : report_of(report.error());
}

base::Result<Attempt> LocalDelivery::deliver(const spool::Message& message, const LocalRecipient& recipient) {
  if (!local_.program.empty()) {
    TRY_ASSIGN(const int status, run_program(local_, message, recipient));
    return judge_exit(status);
  }
  TRY_ASSIGN(const auto report, try_once(message, recipient, true));
  return report->attempt;
}

base::Result<std::optional<Attempt>> LocalDelivery::deliver_at_once(const spool::Message& message,
                                                                    const LocalRecipient& recipient) {
  if (!local_.program.empty()) return std::nullopt;
  TRY_ASSIGN(const auto report, try_once(message, recipient, false));
  return report ? std::optional(report->attempt) : std::nullopt;
}

}  // namespace serve
