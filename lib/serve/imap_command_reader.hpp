// One IMAP command from a wire, with its literals and within its limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "imap/lexer.hpp"
#include "net/wire.hpp"

namespace serve {

struct CommandLimits {
  std::size_t line = 64 * 1024;       // octets of a line
  std::size_t command = 1024 * 1024;  // of a command with all its literals but a message
  std::size_t message = 0;            // of the literals of an APPEND or REPLACE, all together
};

struct CommandInput {
  enum class State { command, too_big, endless, late, gone };
  State state = State::command;
  std::string text;  // with its literals; of one too big, as far as it came
  bool ends() const { return state != State::command && state != State::too_big; }
};

/// One command, with the literals it announces (RFC 3501 section 2.2.1). What is too big is read past where
/// the client will not wait to be asked (RFC 7888), and never kept; for what goes on and on, not for ever.
class CommandReader {
 public:
  /// `end`: until when the whole of it must be there, should there be such a time.
  CommandReader(net::Wire& wire, const CommandLimits& limits,
                std::optional<net::Wire::Clock::time_point> end = std::nullopt)
      : wire_(wire), limits_(limits), end_(end) {}

  CommandInput run();

 private:
  using State = CommandInput::State;

  bool step(State& state);
  bool is_late();
  bool has_room(std::uint64_t size);
  bool may_skip(std::size_t line, std::uint64_t literal);
  bool take(const imap::Literal& literal);

  net::Wire& wire_;
  const CommandLimits& limits_;
  std::optional<net::Wire::Clock::time_point> end_;
  std::string text_;
  std::size_t used_ = 0;  // of limits_.command, by everything but the message
  std::uint64_t skipped_ = 0;
  bool too_big_ = false;
  std::uint64_t messages_ = 0;  // of limits_.message
};

}  // namespace serve
