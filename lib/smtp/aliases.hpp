// The `aliases` file as aliases(5) describes it: `name: target, target`, lines that begin with a blank go on,
// # starts a comment line. A name may have a domain (`info@example.test`), and `@example.test` stands for
// every address there that nothing else takes. A target is a local name, an address, or `:include:/file`
// (targets, one or several a line). Pure: included files are read by who calls.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "smtp/path.hpp"

namespace smtp {

class Aliases {
 public:
  using Targets = std::vector<Path>;  // one without a domain is a local name
  using Include = std::function<base::Result<std::string>(const std::string& path)>;

  static constexpr std::size_t targets_limit = 100'000;  // of one name, with what it includes

  /// Exit::configuration names `file` and the line: no `name:`, a name twice, no targets, a target that is no
  /// address, a program or a file as a target (they are not delivered to), an include inside an include.
  static base::Result<Aliases> parse(std::string_view text, const std::string& file, const Include& include);

  /// `key` in lower case: `name`, `name@domain` or `@domain`; null if it is no alias.
  const Targets* find(std::string_view key) const;
  bool empty() const { return names_.empty(); }

 private:
  std::map<std::string, Targets, std::less<>> names_;
};

/// One target: a local name (its path has no domain) or an address. Exit::data says what is wrong.
base::Result<Path> parse_target(std::string_view text);

}  // namespace smtp
