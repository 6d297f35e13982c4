// SELECT and EXAMINE (RFC 3501 section 6.3.1, RFC 7162 sections 3.1.8 and 3.2.5).
#include <algorithm>

#include "imap/parse.hpp"
#include "imap/quote.hpp"
#include "imap/session.hpp"

namespace imap {

namespace {

base::Result<SequenceSet> take_plain_set(Lexer& in) {
  TRY_ASSIGN(auto set, SequenceSet::parse(in.sequence()));
  if (set.is_saved() || set.has_largest()) return in.wrong("a set without '*' and '$'");
  return set;
}

/// `(67890007 90060115194045000 41:211,214:541 (1,3 41,45))`.
base::Result<Resync> take_resync(Lexer& in) {
  Resync out;
  TRY(in.space());
  TRY(in.expect('('));
  TRY_ASSIGN(out.validity, in.number(1));
  TRY(in.space());
  TRY_ASSIGN(out.modseq, in.large_number());
  bool more = in.take(' ');
  if (more && in.peek() != '(') {
    TRY_ASSIGN(out.known, take_plain_set(in));
    more = in.take(' ');
  }
  if (more) {
    TRY(in.expect('('));
    TRY_ASSIGN(out.match_numbers, take_plain_set(in));
    TRY(in.space());
    TRY_ASSIGN(out.match_uids, take_plain_set(in));
    TRY(in.expect(')'));
  }
  TRY(in.expect(')'));
  return out;
}

/// The largest of the client's UIDs up to which its numbers hold, 0 if not even the first.
class Matched {
 public:
  Matched(const Resync& since, std::uint32_t largest)
      : numbers_{since.match_numbers.ranges(largest)}, uids_{since.match_uids.ranges(largest)} {}

  template <class UidAt>
  std::uint32_t up_to(UidAt uid_at) {
    std::uint32_t out = 0;
    while (numbers_.next() && uids_.next()) {
      if (uid_at(numbers_.last) != uids_.last) break;
      out = uids_.last;
    }
    return out;
  }

 private:
  /// Goes through ranges number by number.
  struct Walk {
    Ranges ranges;
    std::size_t at = 0;
    std::uint32_t last = 0;

    bool next() {
      while (at < ranges.size() && ranges[at].second <= last) ++at;
      if (at == ranges.size()) return false;
      last = std::max(ranges[at].first, last + 1);
      return true;
    }
  };
  Walk numbers_;
  Walk uids_;
};

}  // namespace

Parsed parse_select(Lexer& in, bool read_only) {
  Select out;
  out.read_only = read_only;
  TRY_ASSIGN(out.mailbox, take_mailbox(in));
  if (in.take_text(" (")) {
    do {
      if (in.take_word("CONDSTORE")) {
        out.condstore = true;
      } else if (in.take_word("QRESYNC")) {
        TRY_ASSIGN(out.resync, take_resync(in));
      } else {
        return in.wrong("CONDSTORE or QRESYNC");
      }
    } while (in.take(' '));
    TRY(in.expect(')'));
  }
  return finish(in, std::move(out));
}

void Selected::resync(const Resync& since) {
  const auto uid_next = mailbox_->uid_next();
  if (since.validity != validity_ || uid_next <= 1) return;
  const auto known = since.known ? since.known->ranges(uid_next - 1) : Ranges{{1, uid_next - 1}};
  // Every removal has a mod-sequence of its own: when nothing has happened, nothing was removed either.
  if (since.modseq < mailbox_->highest_modseq()) {
    const auto sure = Matched(since, uid_next).up_to([this](std::uint32_t number) {
      return number <= view_.size() ? view_[number - 1].uid : 0;
    });
    Ranges asked;
    for (const auto& [first, last] : known) {
      if (last > sure) asked.emplace_back(std::max(first, sure + 1), last);
    }
    const auto gone = gone_in(asked, since.modseq);
    if (!gone.empty()) out_.write("* VANISHED (EARLIER) " + format_ranges(gone) + "\r\n");
  }
  for (const auto& [first, last] : known) {
    for (auto place = first_at(first); place < view_.size() && view_[place].uid <= last; ++place) {
      const auto* message = find(view_[place].uid);
      if (message != nullptr && message->modseq > since.modseq) tell_flags(place, *message);
    }
  }
}

Session::Outcome Session::handle(const Select& command) {
  if (command.resync && !mode_.qresync) return Answer{"BAD", "ENABLE QRESYNC first"};
  if (command.resync && !command.resync->match_numbers.empty()) TRY(numbers_allowed(false));
  if (selected_ != nullptr) out_.write("* OK [CLOSED] the mailbox before\r\n");
  // A SELECT that fails leaves no mailbox selected (section 6.3.1).
  leave();
  mode_.condstore = mode_.condstore || command.condstore;
  TRY_ASSIGN(const auto name, meant(command.mailbox));
  // What is to be seen of it is to be seen at once.
  if (name == name_) left_.reset();
  auto mailbox = store_.open(name, command.read_only);
  if (!mailbox) return refused(mailbox.error());
  auto selected = Selected::open(std::move(*mailbox), command.read_only, {mode_, bounds_, out_});
  if (!selected) return refused(selected.error());
  selected_ = std::move(*selected);
  name_ = name;
  if (mode_.rev2) {
    // Accurate, or not at all (RFC 9051 section 6.3.2).
    const auto known = attributes(name_);
    const auto words = known ? *known : std::string();
    if (name_ == command.mailbox)
      write_mailbox("LIST", words, name_, "");
    else
      tell_old_name(words, name_, command.mailbox);
  }
  if (command.resync) selected_->resync(*command.resync);
  return command.read_only ? Answer{"OK", "EXAMINE done", "READ-ONLY"}
                           : Answer{"OK", "SELECT done", "READ-WRITE"};
}

}  // namespace imap
