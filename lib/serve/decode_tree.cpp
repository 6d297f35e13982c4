#include "serve/decode_tree.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "serve/examine.hpp"

namespace serve {

namespace {

/// Widths of a terminal's columns do not matter: names come last.
std::string column(std::string text, std::size_t width) {
  if (text.empty()) text = "-";
  text.resize(std::max(text.size(), width), ' ');
  return text + " ";
}

/// One word, as long as columns allow.
std::string word(std::string_view text) {
  auto out = base::printable(text, 80);
  std::replace(out.begin(), out.end(), ' ', '_');
  return out;
}

/// Names of the rules that were broken in earnest, each once.
std::string harm(const base::Defects& structure, const base::Defects& content) {
  std::vector<std::string_view> names;
  for (const auto* defects : {&structure, &content}) {
    for (const auto& defect : defects->list()) {
      const bool known = std::find(names.begin(), names.end(), defect.rule->name) != names.end();
      if (defect.rule->harm != base::Harm::none && !known) names.push_back(defect.rule->name);
    }
  }
  std::string out;
  for (const auto name : names) out += (out.empty() ? " [" : ", ") + std::string(name);
  return out.empty() ? out : out + "]";
}

}  // namespace

base::Result<bool> show_tree(const Message& message, fs::Output& out) {
  bool damaged = false;
  const base::Defects none;
  for (const auto& part : message.parts) {
    const auto decoded = measure(message, part);
    const auto& structure = part.uuencoded ? none : part.entity->defects;
    damaged = damaged || decoded.damaged() || any_damage(structure);
    const std::string indent(std::min<std::size_t>(part.depth, 20) * 2, ' ');
    const auto size = std::to_string(decoded.size);
    auto line =
        column(part.number, 7) + column(indent + word(part.type), 31) + column(word(part.charset), 12);
    line += std::string(size.size() < 9 ? 9 - size.size() : 0, ' ') + size;
    if (!part.name.empty()) line += " " + base::printable(part.name);
    if (!part.elsewhere.empty()) line += " (" + base::printable(part.elsewhere) + ")";
    TRY(out.write(line + harm(structure, decoded.defects) + "\n"));
  }
  return damaged;
}

base::Result<bool> show_defects(const Message& message, fs::Output& out) {
  bool any = false;
  for (const auto& part : message.parts) {
    const auto found = examine(message, part);
    for (const auto& defect : found.decoded.defects.list()) {
      any = true;
      const auto& rule = *defect.rule;
      TRY(out.write(base::printable(message.file) + ":" + std::to_string(defect.offset) + ": part " +
                    part.number + ": " + std::string(rule.name) + ": " + std::string(rule.text) + " (" +
                    std::string(rule.section) + ")\n"));
    }
  }
  return any;
}

}  // namespace serve
