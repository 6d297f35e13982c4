// UIDBATCHES (RFC 10022).
#include "imap/parse.hpp"
#include "imap/session.hpp"

namespace imap {

namespace {

constexpr std::uint32_t least_size = 500;         // messages in a batch
constexpr std::uint64_t most_messages = 100'000;  // that the batches asked for by number may span

}  // namespace

Parsed parse_uid_batches(Lexer& in) {
  UidBatches out;
  TRY(in.space());
  TRY_ASSIGN(out.size, in.number(1));
  if (in.take(' ')) {
    TRY_ASSIGN(out.first, in.number(1));
    TRY(in.expect(':'));
    TRY_ASSIGN(out.last, in.number(1));
  }
  return finish(in, out);
}

/// From the newest on; each range reaches down to the next, and the last one to 1.
Answer Selected::uid_batches(const UidBatches& command, std::string_view tag) {
  std::string ranges;
  const std::size_t size = std::min(command.size, bounds_.messages);
  std::size_t end = view_.size();
  for (std::uint32_t number = 1; end > 0 && (command.last == 0 || number <= command.last); ++number) {
    const std::size_t begin = end > size ? end - size : 0;
    const std::uint32_t low = begin == 0 ? 1 : view_[begin - 1].uid + 1;
    if (number >= command.first)
      ranges += (ranges.empty() ? " " : ",") + std::to_string(view_[end - 1].uid) + ":" + std::to_string(low);
    end = begin;
  }
  out_.write("* UIDBATCHES (TAG \"" + std::string(tag) + "\")" + ranges + "\r\n");
  return {"OK", "UIDBATCHES done"};
}

Session::Outcome Session::handle(const UidBatches& command) {
  if (selected_ == nullptr) return none_selected;
  if (command.first > command.last) return Answer{"BAD", "the first batch is behind the last", "CLIENTBUG"};
  if (command.size < least_size) return Answer{"NO", "a batch has at least 500 messages", "TOOFEW"};
  const std::uint64_t batches = command.last == 0 ? 0 : std::uint64_t{command.last} - command.first + 1;
  if (batches > 1 && batches * command.size > most_messages)
    return Answer{"NO", "batches of at most 100000 messages at once", "TOOMANY"};
  TRY(selected_->announce(true));
  return selected_->uid_batches(command, tag_);
}

}  // namespace imap
