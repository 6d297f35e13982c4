#include "serve/errand.hpp"

#include <algorithm>
#include <set>

#include "base/ascii.hpp"
#include "codec/sha256.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/home_instructions.hpp"
#include "serve/mbox_delivery.hpp"
#include "serve/program_delivery.hpp"

namespace serve {

namespace {

using Kind = smtp::Target::Kind;

/// However it is named, it is one.
smtp::Target mailbox_of(const Letter& letter) {
  smtp::Target out;
  out.text.push_back('\\');
  out.path.local = letter.user;
  return out;
}

class Errand {
 public:
  Errand(const Letter& letter, const ErrandRules& rules, const std::vector<std::string>& done)
      : letter_(letter), rules_(rules), known_(done.begin(), done.end()) {
    limits_.end = std::chrono::steady_clock::now() + std::chrono::seconds(rules.program_seconds);
  }

  LocalReport run(const std::vector<smtp::Target>& targets) {
    for (const auto& target : targets) {
      const auto part = part_of(is_mailbox(target) ? mailbox_of(letter_) : target);
      if (!known_.insert(part).second) continue;
      if (is_address(target) && !is_mailbox(target)) {
        forwards_.push_back({part, smtp::to_string(target.path), target.kind == Kind::unaliased});
        continue;
      }
      const auto result = one(target);
      if (result.attempt.outcome == Outcome::delivered) report_.done.push_back(part);
      take(result.attempt);
      if (result.last || (deferred() && !rules_.goes_on)) break;
    }
    // Without a memory of what is done, all of it comes again.
    if (!deferred() || rules_.goes_on) report_.forwards = std::move(forwards_);
    return std::move(report_);
  }

 private:
  bool deferred() const { return report_.attempt.outcome == Outcome::deferred; }

  static bool is_address(const smtp::Target& target) {
    return target.kind == Kind::address || target.kind == Kind::unaliased;
  }

  /// An address of one's own, which would come back here.
  bool is_mailbox(const smtp::Target& target) const {
    if (!is_address(target)) return false;
    const auto& path = target.path;
    if (base::iequals(smtp::to_string(path), letter_.recipient)) return true;
    return base::iequals(smtp::unquoted(path.local), letter_.user) && is_here(path.domain);
  }

  bool is_here(std::string_view domain) const {
    const auto at = letter_.recipient.rfind('@');
    const auto here = at == std::string::npos ? letter_.hostname : letter_.recipient.substr(at + 1);
    return domain.empty() || base::iequals(domain, here) || (rules_.is_local && rules_.is_local(domain));
  }

  ProgramResult one(const smtp::Target& target) {
    auto result = deliver(target);
    if (result) return *result;
    proc::log(letter_.id, "delivery-trouble",
              {{"user", letter_.user}, {"target", target.text}, {"reason", result.error().what}});
    return {report_of(result.error()).attempt};
  }

  base::Result<ProgramResult> deliver(const smtp::Target& target) {
    const auto path = target.file.starts_with('/') ? target.file : letter_.home + "/" + target.file;
    switch (target.kind) {
      case Kind::program:
        return deliver_to_program(target.command, letter_, limits_);
      case Kind::mbox:
        TRY(deliver_to_mbox(path, letter_, now_seconds()));
        return ProgramResult{delivered("delivered to a file").attempt};
      case Kind::maildir: {
        // A quota is the mailbox's.
        const bool own = path == letter_.home + "/" + rules_.mailbox.maildir;
        TRY_ASSIGN(const auto attempt,
                   deliver_to_maildir(letter_, path, own ? rules_.mailbox : MailboxRules()));
        return ProgramResult{attempt};
      }
      default: {
        TRY_ASSIGN(const auto attempt,
                   deliver_to_maildir(letter_, letter_.home + "/" + rules_.mailbox.maildir, rules_.mailbox));
        return ProgramResult{attempt};
      }
    }
  }

  void take(const Attempt& attempt) {
    const auto weight = [](Outcome outcome) {
      return outcome == Outcome::deferred ? 2 : outcome == Outcome::failed ? 1 : 0;
    };
    if (weight(attempt.outcome) <= weight(report_.attempt.outcome)) return;
    const auto done = std::move(report_.done);
    report_ = report_of(attempt);
    report_.done = done;
  }

  const Letter& letter_;
  const ErrandRules& rules_;
  std::set<std::string> known_;
  ProgramLimits limits_;
  std::vector<Forward> forwards_;
  LocalReport report_ = delivered("delivered as the home directory says");
};

}  // namespace

std::string part_of(const smtp::Target& target) {
  constexpr std::size_t length = 16;
  codec::Sha256 hash;
  hash.update(target.text);
  return hash.finish().substr(0, length);
}

LocalReport carry_out(const std::vector<smtp::Target>& targets, const Letter& letter,
                      const ErrandRules& rules, const std::vector<std::string>& done) {
  if (const auto loop = check_loop(letter, rules.mailbox.max_hops); !loop) return report_of(loop.error());
  if (!targets.empty()) return Errand(letter, rules, done).run(targets);
  return Errand(letter, rules, done).run({mailbox_of(letter)});
}

LocalReport follow_home(const Letter& letter, const ErrandRules& rules,
                        const std::vector<std::string>& done) {
  auto instructions = read_instructions(letter.home, letter.extension);
  if (instructions) return carry_out(instructions->targets, letter, rules, done);
  proc::log(letter.id, "home-refused", {{"user", letter.user}, {"reason", instructions.error().what}});
  return report_of(instructions.error());
}

}  // namespace serve
