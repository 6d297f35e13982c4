// What a user writes into `.forward` and `.qmail`: where his mail goes. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "smtp/path.hpp"

namespace smtp {

struct Target {
  enum class Kind {
    address,    // `path`; without a domain a local name
    unaliased,  // `\name`: the same, for which aliases do not count
    program,    // `command`
    mbox,       // `file`
    maildir,    // `file`, without its slash at the end
  };
  Kind kind = Kind::address;
  Path path = {};
  std::vector<std::string> command = {};
  std::string file = {};  // absolute, or relative to the home directory
  std::string text = {};  // as it was written
};

/// The words of a command line, for which there is no shell: blanks part them; '...' and "..." keep blanks,
/// a backslash outside '...' keeps the next character. Exit::data: no word, a quote without its end, a
/// control character, or outside quotes one of `;&|<>()$` and the backquote, which only a shell
/// understands.
base::Result<std::vector<std::string>> command_words(std::string_view text);

/// One target as sendmail's files have it: an address, a local name, `\name`, `|program arguments`,
/// `/file`, `/directory/`, each whole in "..." where it holds blanks or commas. `:include:` is refused.
base::Result<Target> parse_forward_target(std::string_view text);

constexpr std::size_t forward_targets_limit = 100;

/// `.forward`: targets parted by commas and line ends; lines that begin with # are comments. An error
/// (Exit::data) names `file` and the line. No target: the file says nothing.
base::Result<std::vector<Target>> parse_forward(std::string_view text, const std::string& file);

/// `.qmail`: a target a line: `&address` (or what begins with a letter or digit), `|program arguments`,
/// `/file` or `./file`, with a slash at the end a Maildir; # begins a comment.
base::Result<std::vector<Target>> parse_qmail(std::string_view text, const std::string& file);

}  // namespace smtp
