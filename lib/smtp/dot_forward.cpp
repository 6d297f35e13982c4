#include "smtp/dot_forward.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "base/scanner.hpp"

namespace smtp {

namespace {

constexpr std::string_view shell_words = ";&|<>()$`";

base::Error wrong(std::string_view text, std::string_view what) {
  return base::fail(base::Exit::data, "'" + base::printable(text, 100) + "' " + std::string(what));
}

/// The end of the quoted text whose opening mark has been taken; false: it has none.
bool take_quoted(base::Scanner& scan, char mark, std::string& into) {
  while (!scan.done()) {
    const char c = scan.next();
    if (c == mark) return true;
    into += c == '\\' && mark == '"' && !scan.done() ? scan.next() : c;
  }
  return false;
}

base::Result<std::string> take_word(base::Scanner& scan, std::string_view text) {
  std::string out;
  while (!scan.done() && !base::is_wsp(scan.peek())) {
    const char c = scan.next();
    if (c == '\'' || c == '"') {
      if (!take_quoted(scan, c, out)) return wrong(text, "has a quote without its end");
    } else if (c == '\\') {
      if (scan.done()) return wrong(text, "ends with a backslash");
      out += scan.next();
    } else if (shell_words.find(c) != std::string_view::npos) {
      return wrong(text, std::string("has a ") + c + " for a shell, which there is none; quote it");
    } else {
      out += c;
    }
  }
  return out;
}

/// What is whole in "...", without the marks; nothing else is changed.
std::string without_quotes(std::string_view text) {
  base::Scanner scan(text);
  std::string out;
  if (scan.take('"') && take_quoted(scan, '"', out) && scan.done()) return out;
  return std::string(text);
}

bool leads_up(std::string_view file) {
  return ("/" + std::string(file) + "/").find("/../") != std::string::npos;
}

base::Result<Target> file_target(std::string_view file, std::string_view text) {
  Target out;
  out.text = text;
  out.kind = file.ends_with('/') ? Target::Kind::maildir : Target::Kind::mbox;
  if (leads_up(file)) return wrong(text, "leads out of its directory by '..'");
  while (file.ends_with('/')) file.remove_suffix(1);
  while (file.starts_with("./")) file.remove_prefix(2);
  if (file.empty() || file == ".") return wrong(text, "is no file");
  out.file = file;
  return out;
}

base::Result<Target> program_target(std::string_view command, std::string_view text) {
  Target out;
  out.kind = Target::Kind::program;
  out.text = text;
  TRY_ASSIGN(out.command, command_words(without_quotes(base::trim(command))));
  return out;
}

base::Result<Target> address_target(std::string_view address, Target::Kind kind, std::string_view text) {
  auto path = parse_mailbox(address);
  if (!path) return wrong(text, "is no address");
  Target out;
  out.kind = kind;
  out.text = text;
  out.path = std::move(*path);
  return out;
}

/// Up to the next comma outside quotes, which is taken off too.
std::string_view take_item(std::string_view& line) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < line.size() && (quoted || line[at] != ','); ++at) {
    if (line[at] == '\\' && quoted)
      ++at;
    else if (line[at] == '"')
      quoted = !quoted;
  }
  const auto out = line.substr(0, at);
  line.remove_prefix(std::min(at + 1, line.size()));
  return out;
}

/// Calls `use` with each line that says something, and puts the file and line before what is wrong.
template <class Use>
base::Result<std::vector<Target>> each_line(std::string_view text, const std::string& file, const Use& use) {
  std::vector<Target> out;
  TRY(base::each_entry(text, file, base::Exit::data, [&](std::string_view line) -> base::Result<void> {
    if (std::any_of(line.begin(), line.end(), [](char c) { return base::is_control(c) && c != '\t'; }))
      return wrong(line, "has a control character");
    TRY(use(line, out));
    if (out.size() > forward_targets_limit) return base::fail(base::Exit::data, "too many targets");
    return {};
  }));
  return out;
}

base::Result<Target> parse_qmail_line(std::string_view line) {
  const auto rest = line.substr(1);
  switch (line.front()) {
    case '|':
      return program_target(rest, line);
    case '&':
      return address_target(base::trim(rest), Target::Kind::address, line);
    case '/':
      return file_target(line, line);
    case '.':
      if (line.starts_with("./")) return file_target(line, line);
      break;
    default:
      if (base::is_alnum(line.front())) return address_target(line, Target::Kind::address, line);
  }
  return wrong(line, "is neither an address, a program, a file nor a comment");
}

}  // namespace

base::Result<std::vector<std::string>> command_words(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return base::is_control(c) && c != '\t'; }))
    return wrong(text, "has a control character");
  std::vector<std::string> out;
  base::Scanner scan(text);
  while (true) {
    scan.take_while(base::is_wsp);
    if (scan.done()) break;
    TRY_ASSIGN(auto word, take_word(scan, text));
    out.push_back(std::move(word));
  }
  if (out.empty() || out[0].empty()) return wrong(text, "names no program");
  return out;
}

base::Result<Target> parse_forward_target(std::string_view text) {
  const auto plain = without_quotes(text);
  const bool whole = plain != text;
  if (base::istarts_with(base::trim(plain), ":include:"))
    return wrong(text, "includes a file, which only aliases may");
  if (plain.starts_with('|')) {
    const auto command = std::string_view(plain).substr(1);
    return whole ? program_target(command, text) : program_target(text.substr(1), text);
  }
  if (plain.starts_with('/')) return file_target(plain, text);
  if (plain.starts_with('\\'))
    return address_target(std::string_view(plain).substr(1), Target::Kind::unaliased, text);
  return address_target(text, Target::Kind::address, text);
}

base::Result<std::vector<Target>> parse_forward(std::string_view text, const std::string& file) {
  return each_line(text, file, [](std::string_view line, std::vector<Target>& out) -> base::Result<void> {
    while (!line.empty()) {
      const auto item = base::trim(take_item(line));
      if (item.empty()) continue;
      TRY_ASSIGN(auto target, parse_forward_target(item));
      out.push_back(std::move(target));
    }
    return {};
  });
}

base::Result<std::vector<Target>> parse_qmail(std::string_view text, const std::string& file) {
  return each_line(text, file, [](std::string_view line, std::vector<Target>& out) -> base::Result<void> {
    TRY_ASSIGN(auto target, parse_qmail_line(line));
    out.push_back(std::move(target));
    return {};
  });
}

}  // namespace smtp
