#include "serve/forwarding.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/parts_done.hpp"
#include "smtp/parameter.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::size_t at_once = 1000;            // recipients of one message
constexpr std::uint64_t header_limit = 1 << 20;  // octets that a list looks at and changes

const Attempt sent_on = {Outcome::delivered, "2.1.5", "sent on to whom the alias names", {}};

/// For the members of a list.
std::string without_the_posters_wishes(const std::string& parameters) {
  auto asked = smtp::parse_mail_parameters(parameters);
  if (!asked) return {};
  asked->return_full.reset();
  asked->envelope_id.clear();
  return smtp::to_words(*asked);
}

/// The header in front of the empty line, as far as it was read.
std::string_view head_of(std::string_view text) {
  if (text.starts_with('\n')) return {};
  const auto end = text.find("\n\n");
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

/// What is queued, and for whom.
struct Copy {
  std::string sender;
  std::string parameters;
  bool expanded = true;
  std::string head = {};   // in place of
  std::uint64_t from = 0;  // so many octets of the message
  std::vector<spool::Recipient> to = {};
  std::uint64_t received = 0;  // 0: now
  std::string notes = {};
};

base::Result<void> queue_copy(const std::string& spool, const spool::Message& message, const Copy& copy,
                              std::span<const spool::Recipient> to, const char* event) {
  spool::Envelope envelope;
  envelope.sender = copy.sender;
  envelope.received = copy.received;
  envelope.parameters = copy.parameters;
  if (copy.received == 0)
    envelope.parameters = with_time_left(copy.parameters, message.envelope.received, now_seconds());
  envelope.expanded = copy.expanded;
  envelope.recipients.assign(to.begin(), to.end());
  TRY_ASSIGN(auto writer, spool::Writer::create(spool, now_microseconds(), std::move(envelope)));
  TRY(writer.write(copy.head));
  std::uint64_t skip = copy.from;
  TRY(spool::Queue::each_chunk(message, [&](std::string_view chunk) {
    const auto gone = static_cast<std::size_t>(std::min<std::uint64_t>(skip, chunk.size()));
    skip -= gone;
    return writer.write(chunk.substr(gone));
  }));
  writer.add_notes(copy.notes);
  TRY(writer.commit());
  proc::log(message.envelope.id, event, {{"id", writer.id()}, {"recipients", std::to_string(to.size())}});
  spool::wake(spool, writer.name());
  return {};
}

class Forwarding {
 public:
  Forwarding(const std::string& spool, const AccountPolicy& policy, const spool::Message& message,
             std::set<std::string> named)
      : spool_(spool), policy_(policy), message_(message), known_(std::move(named)) {
    rewritten_ = policy.forwarding_sender(message.envelope.sender);
  }

  base::Result<Attempt> add(const AliasRecipient& alias) {
    if (!alias.who.list.empty()) return add_list(alias.who);
    const auto before = known_.size();
    add_plain(alias);
    auto out = sent_on;
    out.notify_passed_on = alias.who.size() == 1 && known_.size() > before;
    return out;
  }

  base::Result<void> queue() {
    const auto& envelope = message_.envelope;
    copies_.push_back({envelope.sender, envelope.parameters, true, {}, 0, std::move(here_)});
    copies_.push_back({rewritten_, envelope.parameters, true, {}, 0, std::move(elsewhere_)});
    copies_.push_back({envelope.sender, envelope.parameters, false, {}, 0, std::move(lists_)});
    for (const auto& copy : copies_) TRY(queue(copy));
    return {};
  }

 private:
  void add_to(std::vector<spool::Recipient>& to, const std::vector<std::string>& names,
              const std::string& parameters) {
    for (const auto& name : names) {
      if (known_.insert(name).second) to.push_back({name, spool::Status::todo, parameters});
    }
  }

  void add_plain(const AliasRecipient& alias) {
    const auto words = alias.who.size() == 1 ? alias.parameters : inherited(alias.parameters);
    const bool same = rewritten_ == message_.envelope.sender;
    add_to(here_, alias.who.users, words);
    add_to(same ? here_ : elsewhere_, alias.who.addresses, words);
    add_to(here_, alias.who.unknown, words);
    add_to(here_, alias.who.places, words);
    add_to(lists_, alias.who.lists, words);
  }

  base::Result<Attempt> add_list(const Expansion& who) {
    const auto list = policy_.list_of(who);
    const auto& sender = message_.envelope.sender;
    const auto text = spool::Queue::read(message_, 0, header_limit);
    if (!text) return text.error();
    auto head = head_of(*text);
    // By the part of it that the list itself has written, whatever follows.
    const auto posting = judge_posting(list, head, sender);
    // A field that is cut in two is left as it is, and so are all of them.
    if (head.size() == header_limit) head = {};
    if (posting == Posting::looping)
      return Attempt{Outcome::failed, "5.4.6", "the list has sent this message before", {}};
    if (posting == Posting::distribute && !policy_.may_post(who, sender))
      return Attempt{Outcome::failed, "5.7.2", "you may not write to this list", {}};
    const auto parameters = without_the_posters_wishes(message_.envelope.parameters);
    if (posting == Posting::to_owner) {
      // Whose owner is a list whose owner is this one hears of it once.
      const auto been_here = "Delivered-To: " + list.address + "\n";
      copies_.push_back({sender, parameters, false, been_here, 0, {{list.owner}}});
      return Attempt{Outcome::delivered, "2.1.5", "sent on to the owner of the list", {}};
    }
    Copy members{list.owner, parameters, true, list_head(list, head), head.size()};
    Copy lists = members;
    lists.expanded = false;
    for (const auto* names : {&who.users, &who.addresses, &who.unknown, &who.places})
      for (const auto& name : *names) members.to.push_back({name});
    for (const auto& name : who.lists) lists.to.push_back({name});
    copies_.push_back(std::move(members));
    copies_.push_back(std::move(lists));
    return Attempt{Outcome::delivered, "2.1.5", "sent on to the members of the list", {}};
  }

  base::Result<void> queue(const Copy& copy) const {
    for (std::size_t at = 0; at < copy.to.size(); at += at_once) {
      const auto to = std::span(copy.to).subspan(at, std::min(at_once, copy.to.size() - at));
      TRY(queue_copy(spool_, message_, copy, to, "expanded"));
    }
    return {};
  }

  const std::string& spool_;
  const AccountPolicy& policy_;
  const spool::Message& message_;
  std::set<std::string> known_;  // who has a copy, or gets one
  std::string rewritten_;        // the sender, for other domains
  std::vector<spool::Recipient> here_, lists_, elsewhere_;
  std::vector<Copy> copies_;
};

}  // namespace

base::Result<std::vector<Attempt>> send_on(const std::string& spool, const AccountPolicy& policy,
                                           const spool::Message& message,
                                           std::span<const AliasRecipient> aliases,
                                           std::set<std::string> named) {
  std::vector<Attempt> out;
  if (aliases.empty()) return out;
  Forwarding forwarding(spool, policy, message, std::move(named));
  for (const auto& alias : aliases) {
    TRY_ASSIGN(auto attempt, forwarding.add(alias));
    out.push_back(std::move(attempt));
  }
  TRY(forwarding.queue());
  return out;
}

base::Result<void> set_apart(const std::string& spool, const spool::Message& message,
                             std::span<const std::size_t> recipients) {
  const auto& envelope = message.envelope;
  Copy copy = {envelope.sender, envelope.parameters, envelope.expanded};
  for (const auto recipient : recipients) copy.to.push_back(envelope.recipients.at(recipient));
  copy.received = envelope.received;
  TRY_ASSIGN(copy.notes, all_notes(message));
  return queue_copy(spool, message, copy, copy.to, "set-apart");
}

std::string inherited(const std::string& parameters) {
  auto asked = smtp::parse_rcpt_parameters(parameters);
  if (!asked) return {};
  if (asked->notify) {
    asked->notify->success = false;
    asked->notify->never = !asked->notify->failure && !asked->notify->delay;
  }
  return smtp::to_words(*asked);
}

std::string with_time_left(const std::string& parameters, std::uint64_t received, std::uint64_t now) {
  auto asked = smtp::parse_mail_parameters(parameters);
  if (!asked || !asked->by) return parameters;
  const auto begun = std::max(received, asked->hold_until.value_or(0));
  const auto left = asked->by->seconds - static_cast<std::int64_t>(now > begun ? now - begun : 0);
  // The last moment of what is over was this one.
  asked->by->seconds = asked->by->give_up ? std::max<std::int64_t>(left, 1) : left;
  return smtp::to_words(*asked);
}

}  // namespace serve
