#include "serve/imap_command_reader.hpp"

#include <algorithm>
#include <chrono>
#include <climits>

#include "base/ascii.hpp"

namespace serve {

namespace {

using Clock = net::Wire::Clock;

/// The literal that `text` ends with is a message of an APPEND or REPLACE, not the name of its mailbox.
bool announces_message(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return false;
  const auto command = text.substr(space + 1);
  for (const std::string_view verb : {"APPEND ", "REPLACE ", "UID REPLACE "}) {
    if (!base::istarts_with(command, verb)) continue;
    const auto open = command.substr(verb.size()).rfind('{');
    return open != std::string_view::npos && open > 0;
  }
  return false;
}

}  // namespace

CommandInput CommandReader::run() {
  auto state = State::command;
  while (!step(state)) {
  }
  return {state, std::move(text_)};
}

/// One line and its literal. True: `state` is what came of the command.
bool CommandReader::step(State& state) {
  state = State::late;
  if (is_late()) return true;
  // Nobody waits for the end of one that is too long: what follows it may be a literal, which must never be
  // run as commands.
  const auto line = wire_.line(limits_.line, wire_.deadline(), false);
  state = line.state == net::Line::State::too_long            ? State::endless
          : end_ && line.state == net::Line::State::timed_out ? State::late
                                                              : State::gone;
  if (line.state != net::Line::State::ok) return true;
  const auto literal = imap::literal_at_end(line.text);
  used_ += line.text.size() + 2;
  too_big_ = too_big_ || used_ > limits_.command;
  if (!too_big_) text_ += line.text;
  state = too_big_ ? State::too_big : State::command;
  if (!literal) return true;
  too_big_ = too_big_ || !has_room(literal->size);
  state = State::too_big;
  if (too_big_ && literal->synchronizing) return true;
  state = State::endless;
  if (too_big_ && !may_skip(line.text.size(), literal->size)) return true;
  state = State::gone;
  const bool taken = take(*literal);
  if (is_late()) state = State::late;
  return !taken;
}

/// What the wire waits is never longer than what is left: input that is there already is no wait.
bool CommandReader::is_late() {
  if (!end_) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end_ - Clock::now()).count();
  wire_.set_timeout(static_cast<int>(std::clamp<std::int64_t>(left, 1, INT_MAX)));
  return left <= 0;
}

/// Messages have a limit of their own, together; everything else shares one.
bool CommandReader::has_room(std::uint64_t size) {
  if (announces_message(text_)) {
    if (size > limits_.message - messages_) return false;
    messages_ += size;
    return true;
  }
  if (size > limits_.command - std::min(limits_.command, used_)) return false;
  used_ += size;
  return true;
}

/// Sixteen times what is allowed is no mistake any more.
bool CommandReader::may_skip(std::size_t line, std::uint64_t literal) {
  const auto most = 16 * (limits_.command + limits_.message);
  skipped_ += line + 2;
  if (skipped_ > most || literal > most - skipped_) return false;
  skipped_ += literal;
  return true;
}

bool CommandReader::take(const imap::Literal& literal) {
  if (literal.synchronizing && !wire_.write("+ go on\r\n")) return false;
  if (!too_big_) {
    text_ += "\r\n";
    text_.reserve(text_.size() + literal.size);
  }
  std::uint64_t left = literal.size;
  while (left > 0) {
    if (is_late()) return false;
    const auto chunk = wire_.bytes();
    if (chunk.state != net::Line::State::ok) return false;
    const auto part =
        chunk.text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk.text.size())));
    if (!too_big_) text_ += part;
    wire_.consume(part.size());
    left -= part.size();
  }
  return true;
}

}  // namespace serve
