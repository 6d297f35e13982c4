#include "serve/access.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "codec/idna.hpp"
#include "smtp/path.hpp"

namespace serve {

namespace {

using smtp::Subject;

constexpr std::size_t text_limit = 400;  // of a reply line's 512 octets

std::optional<Subject> kind_of(std::string_view word) {
  constexpr std::pair<std::string_view, Subject> rows[] = {{"client", Subject::client},
                                                           {"helo", Subject::helo},
                                                           {"sender", Subject::sender},
                                                           {"recipient", Subject::recipient}};
  for (const auto& [name, kind] : rows) {
    if (name == word) return kind;
  }
  return std::nullopt;
}

std::optional<Ruling::Verdict> verdict_of(std::string_view word) {
  if (word == "ok") return Ruling::Verdict::ok;
  if (word == "reject") return Ruling::Verdict::reject;
  if (word == "defer") return Ruling::Verdict::defer;
  if (word == "moved") return Ruling::Verdict::moved;
  return std::nullopt;
}

bool is_address(std::string_view text) {
  const auto path = smtp::parse_path(text);
  return path && !path->domain.empty();
}

/// The DNS has the name with the root's dot and without.
std::string_view without_root(std::string_view name) {
  while (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
  return name;
}

/// As addresses and names are compared: in lower case, domains in ASCII.
base::Result<std::string> pattern_of(Subject kind, std::string_view text) {
  if (text == "*" || (kind == Subject::sender && text == "<>")) return std::string(text);
  const auto at = kind == Subject::helo ? std::string_view::npos : text.rfind('@');
  const auto split = at == std::string_view::npos ? 0 : at + 1;
  const bool anywhere = split > 0 && split == text.size();
  // An address has one form, however it is quoted.
  if (const auto path = smtp::parse_path(std::string(text) + (anywhere ? "x" : ""));
      split > 1 && path && !path->domain.empty())
    return base::lower(anywhere ? path->local + "@" : smtp::to_string(*path));
  auto out = base::lower(text.substr(0, split));
  if (anywhere) return out;
  text = without_root(text);
  TRY_ASSIGN(const auto domain, codec::idna_pattern(text.substr(split)));
  return out + domain;
}

/// Every pattern that would fit.
std::vector<std::string> patterns_for(Subject kind, std::string_view subject) {
  const auto name = base::lower(subject);
  std::vector<std::string> out = {"*"};
  if (kind == Subject::sender && name.empty()) out.push_back("<>");
  auto domain = std::string_view(name);
  if (const auto at = name.rfind('@'); kind != Subject::helo && at != std::string::npos) {
    domain.remove_prefix(at + 1);
    out.push_back(name);
    out.push_back(name.substr(0, at + 1));
    out.push_back("@" + std::string(domain));
  }
  domain = without_root(domain);
  if (domain.empty()) return out;
  out.emplace_back(domain);
  for (auto dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.', dot + 1))
    out.emplace_back(domain.substr(kind == Subject::helo ? dot : dot + 1));
  return out;
}

}  // namespace

base::Result<void> Access::add(std::string_view line) {
  const auto wrong = [](const std::string& what) { return base::fail(base::Exit::configuration, what); };
  const auto kind = kind_of(base::take_word(line));
  if (!kind) return wrong("'client', 'helo', 'sender' or 'recipient' expected");
  const auto pattern = base::take_word(line);
  const auto verdict = verdict_of(base::take_word(line));
  if (!verdict) return wrong("'ok', 'reject', 'defer' or 'moved' expected behind the pattern");
  if (*verdict == Ruling::Verdict::moved) {
    if (*kind != Subject::recipient) return wrong("only recipients move");
    if (!is_address(line)) return wrong("'" + base::printable(line, 100) + "' is no address to move to");
  }
  if (line.size() > text_limit) return wrong("the text is longer than 400 octets");
  if (std::any_of(line.begin(), line.end(), [](char c) { return base::is_control(c) || base::is_8bit(c); }))
    return wrong("the text is not plain ASCII");
  if (*kind == Subject::client && pattern != "*") {
    TRY_ASSIGN(const auto network, net::Network::parse(pattern));
    networks_.emplace_back(network, rulings_.size());
  } else {
    TRY_ASSIGN(auto name, pattern_of(*kind, pattern));
    patterns_[static_cast<std::size_t>(*kind)].emplace(std::move(name), rulings_.size());
  }
  rulings_.push_back({*verdict, std::string(line)});
  return {};
}

base::Result<Access> Access::parse(std::string_view text, const std::string& file) {
  Access out;
  TRY(base::each_entry(text, file, base::Exit::configuration,
                       [&](std::string_view line) { return out.add(line); }));
  return out;
}

std::size_t Access::first_for(Subject kind, std::string_view subject) const {
  auto first = rulings_.size();
  const auto& patterns = patterns_[static_cast<std::size_t>(kind)];
  if (patterns.empty()) return first;
  for (const auto& pattern : patterns_for(kind, subject)) {
    if (const auto found = patterns.find(pattern); found != patterns.end())
      first = std::min(first, found->second);
  }
  return first;
}

std::optional<Ruling> Access::judge(Subject kind, std::string_view subject,
                                    const std::vector<std::string>& others) const {
  auto first = first_for(kind, subject);
  for (const auto& other : others) first = std::min(first, first_for(kind, other));
  if (kind == Subject::client) {
    const auto fits = [&](const auto& entry) { return entry.first.contains(std::string(subject)); };
    const auto found = std::find_if(networks_.begin(), networks_.end(), fits);
    if (found != networks_.end()) first = std::min(first, found->second);
  }
  return first == rulings_.size() ? std::nullopt : std::optional(rulings_[first]);
}

}  // namespace serve
