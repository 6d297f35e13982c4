// The `aliases` file as aliases(5) describes it: `name: target, target`, lines that begin with a blank go on,
// # starts a comment line. A name may have a domain (`info@example.test`), and `@example.test` stands for
// every address there that nothing else takes. A target is a local name, an address, `|program arguments`,
// `/file`, `/directory/` (a Maildir), or `:include:/file` (local names and addresses, one or several a line).
// Pure: included files are read by who calls.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "smtp/dot_forward.hpp"
#include "smtp/path.hpp"

namespace smtp {

/// A program, file or directory behind an alias. The queue holds no more of it than its name: nothing that is
/// written there makes a program of this host run which the aliases do not name.
struct Place {
  std::string name;  // "|team:0123456789abcdef": the alias, and a digest of it and the target
  Target target;
};

struct Alias {
  std::vector<Path> addresses;  // one without a domain is a local name
  std::vector<Place> places;
  std::size_t line = 0;  // of the file
};

class Aliases {
 public:
  using Include = std::function<base::Result<std::string>(const std::string& path)>;
  /// Whether the alias of that key is looked for.
  using Wanted = std::function<bool(std::string_view key)>;

  static constexpr std::size_t targets_limit = 100'000;  // of one name, with what it includes
  static constexpr std::size_t places_limit = 100;       // of one name

  /// Exit::configuration names `file` and the line: no `name:`, a name twice, no targets, a target that is no
  /// address, an include inside an include, or a program or file in one, whose owner may be any user.
  /// Where only some are `wanted`, most lines are not looked at behind the name: what is wrong with those,
  /// and what they include, is not found out.
  static base::Result<Aliases> parse(std::string_view text, const std::string& file, const Include& include,
                                     const Wanted& wanted = {});

  /// `key` in lower case: `name`, `name@domain` or `@domain`; null if it is no alias.
  const Alias* find(std::string_view key) const;
  /// By its name; null if no alias has it.
  const Target* find_place(std::string_view name) const;
  bool has_places() const { return !places_.empty(); }
  bool empty() const { return names_.empty(); }
  /// By key.
  const std::map<std::string, Alias, std::less<>>& all() const { return names_; }

 private:
  std::map<std::string, Alias, std::less<>> names_;
  std::map<std::string, Target, std::less<>> places_;
};

/// What find() takes: of `name`, `name@domain` or `@domain` as they are written in a file, in quotes or
/// without; nothing: it is none of them.
std::optional<std::string> alias_key(std::string_view text);

/// One target: a local name (its path has no domain) or an address. Exit::data says what is wrong.
base::Result<Path> parse_target(std::string_view text);

/// Whether it is written as a program or file, in quotes or without.
bool is_place(std::string_view target);

}  // namespace smtp
