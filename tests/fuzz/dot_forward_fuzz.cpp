// Any text as a .forward, a .qmail or a command line: an error names the line, every address that is taken
// can be written again, no file leads out of its directory, and no word is lost that stands in quotes.
#include "smtp/dot_forward.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

void check(bool right) {
  if (!right) std::abort();
}

void check_target(const smtp::Target& target) {
  using Kind = smtp::Target::Kind;
  if (target.kind == Kind::address || target.kind == Kind::unaliased) {
    const bool bare = target.path.domain.empty();
    const auto written = "<" + smtp::to_string(target.path) + (bare ? "@local" : "") + ">";
    std::string_view rest = written;
    check(smtp::take_path(rest).value().local == target.path.local && rest.empty());
  } else if (target.kind == Kind::program) {
    check(!target.command.empty() && !target.command[0].empty());
  } else {
    check(!target.file.empty() && !target.file.ends_with('/') &&
          ("/" + target.file + "/").find("/../") == std::string::npos);
  }
}

void check_targets(const base::Result<std::vector<smtp::Target>>& targets) {
  if (!targets)
    return check(targets.error().code == base::Exit::data && targets.error().what.starts_with("f:"));
  check(targets->size() <= smtp::forward_targets_limit);
  for (const auto& target : *targets) check_target(target);
}

/// The words again, each in quotes.
void check_words(std::string_view text) {
  const auto words = smtp::command_words(text);
  if (!words) return;
  std::string quoted;
  for (const auto& word : *words) {
    quoted += " \"";
    for (const char c : word) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    quoted += '"';
  }
  check(smtp::command_words(quoted).value() == *words);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_targets(smtp::parse_forward(text, "f"));
  check_targets(smtp::parse_qmail(text, "f"));
  check_words(text);
  return 0;
}
