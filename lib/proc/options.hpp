// Command line and configuration file of every tool: one table of options each, read by
// Boost.Program_options. Only this room sees that library and argv. A key of tubepost.conf is an option of
// the same name; the command line wins. An unknown key or a bad value is an error that names file and line
// (Exit::configuration) or the option (Exit::usage).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace proc {

struct Option {
  std::string_view name;      // "decode,d": long name and, after a comma, the short one
  std::string_view argument;  // what --help calls the value; empty: a flag
  std::string_view help;
  std::string_view fallback = {};  // the value when none is given
};

struct Usage {
  std::string_view program;
  std::string_view synopsis;  // after the program's name; "[options]" alone: operands are refused
  std::string_view summary;   // one sentence
  std::string_view examples;  // whole lines
  std::span<const Option> options;
  std::span<const std::string_view> keys = {};  // configuration keys this tool uses; empty: reads no file
  std::span<const std::string_view> commands =
      {};  // of which its first argument is one; empty: there are none
};

class Options {
 public:
  bool has(std::string_view name) const;
  /// The value (the last one given), or the fallback; empty if there is neither.
  std::string get(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;
  /// A whole number between the bounds, else an error that names the option.
  base::Result<std::uint64_t> number(std::string_view name, std::uint64_t least, std::uint64_t most) const;
  /// True for `yes`, false for `no`; anything else is an error that names the option.
  base::Result<bool> yes(std::string_view name) const;

  /// What is wrong with a value of `name`, the last one or the one that stands at `which`: `NAME: WHAT`, as
  /// placed() takes it. `code` is for an option.
  base::Error wrong(std::string_view name, const std::string& what, base::Exit code = base::Exit::usage,
                    std::size_t which = SIZE_MAX) const;
  /// An error whose words begin with `KEY: `, as all do that are about the value of a key, gets file and line
  /// in front, where that value is from the configuration, and is no wrong usage then. Any other stays.
  base::Error placed(base::Error error) const;

  std::vector<std::string> arguments;  // what is not an option

 private:
  friend base::Result<Options> parse(const Usage&, std::span<const std::string>);
  using Values = std::map<std::string, std::vector<std::string>, std::less<>>;
  Values values_;
  Values places_;  // FILE:LINE of each, of those from the configuration
};

/// Reads `arguments` (without the program's name) and, for a tool with keys, the configuration file:
/// --config, else $TUBEPOST_CONF, else SYSCONFDIR/tubepost.conf if there is one. --help, --version and
/// --completion are set like others; with one of them no file is read.
base::Result<Options> parse(const Usage& usage, std::span<const std::string> arguments);

/// The tool's own, its keys of the configuration, and what every tool has.
std::vector<Option> all_options(const Usage& usage);

/// The text of --help.
std::string help_text(const Usage& usage);

}  // namespace proc
