#include "proc/completion.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace proc {

namespace {

struct Names {
  std::string longer;   // "--decode"
  std::string shorter;  // "-d", or empty
};

Names names_of(const Option& option) {
  const auto comma = std::min(option.name.find(','), option.name.size());
  Names out{"--" + std::string(option.name.substr(0, comma)), {}};
  if (comma < option.name.size()) out.shorter = "-" + std::string(option.name.substr(comma + 1));
  return out;
}

enum class Value { none, word, file, directory, command, choice };

Value value_of(const Option& option) {
  const auto name = option.argument;
  if (name.empty()) return Value::none;
  if (name.find('|') != std::string_view::npos) return Value::choice;
  if (name.starts_with("FILE")) return Value::file;
  if (name.starts_with("DIR")) return Value::directory;
  return name == "PROGRAM" ? Value::command : Value::word;
}

std::string choices_of(const Option& option) {
  std::string out(option.argument);
  std::replace(out.begin(), out.end(), '|', ' ');
  return out;
}

std::string function_name(const Usage& usage) {
  std::string out = "_" + std::string(usage.program);
  for (char& c : out) c = base::is_alnum(c) ? c : '_';
  return out;
}

// ---- bash

std::string bash_action(const Option& option) {
  switch (value_of(option)) {
    case Value::none:
      return {};
    case Value::word:
      return "return";
    case Value::file:
      return "what=(-f)";
    case Value::directory:
      return "what=(-d)";
    case Value::command:
      return "what=(-c)";
    case Value::choice:
      return "what=(-W '" + choices_of(option) + "')";
  }
  return {};
}

std::string joined(std::span<const std::string_view> words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "" : " ") + std::string(word);
  return out;
}

/// What is no option. Behind a command come names that no shell knows.
std::string bash_words(const Usage& usage) {
  return usage.commands.empty() ? "-f" : "-W '" + joined(usage.commands) + "'";
}

/// COMP_WORDS is split at '=' too: "--wrap=7" comes as three words.
std::string bash_script(const Usage& usage) {
  std::string words;
  std::string cases;
  for (const Option& option : all_options(usage)) {
    const auto names = names_of(option);
    words += (words.empty() ? "" : " ") + names.longer;
    if (!names.shorter.empty()) words += " " + names.shorter;
    const auto action = bash_action(option);
    if (action.empty()) continue;
    cases +=
        "    " + names.longer + (names.shorter.empty() ? "" : "|" + names.shorter) + ") " + action + " ;;\n";
  }
  const auto function = function_name(usage);
  return function +
         "() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} what=(" +
         bash_words(usage) +
         ")\n"
         "  COMPREPLY=()\n"
         "  if [ \"$word\" = = ]; then\n"
         "    word=\n"
         "  elif [ \"$before\" = = ] && [ \"$COMP_CWORD\" -ge 2 ]; then\n"
         "    before=${COMP_WORDS[COMP_CWORD-2]}\n"
         "  fi\n"
         "  case $before in\n" +
         cases + "    *) [[ $word != -* ]] || what=(-W '" + words +
         "') ;;\n"
         "  esac\n"
         "  [ \"${what[0]}\" = -W ] || compopt -o filenames 2>/dev/null\n"
         "  mapfile -t COMPREPLY < <(compgen \"${what[@]}\" -- \"$word\")\n"
         "}\n"
         "complete -F " +
         function + " " + std::string(usage.program) + "\n";
}

// ---- zsh

/// Within '…' of the shell and […] of _arguments.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh_value(const Option& option) {
  const auto named = ":" + zsh_text(option.argument) + ":";
  switch (value_of(option)) {
    case Value::none:
      return {};
    case Value::word:
      return named;
    case Value::file:
      return named + "_files";
    case Value::directory:
      return named + "_files -/";
    case Value::command:
      return named + "_command_names -e";
    case Value::choice:
      return named + "(" + choices_of(option) + ")";
  }
  return {};
}

/// A flag goes once; what takes a value may come again.
std::string zsh_option(const Option& option) {
  const auto names = names_of(option);
  const bool flag = option.argument.empty();
  const auto longer = names.longer + (flag ? "" : "=");
  const auto shorter = names.shorter + (flag ? "" : "+");
  const auto what = "'[" + zsh_text(option.help) + "]" + zsh_value(option) + "'";
  if (names.shorter.empty()) return (flag ? "" : "'*'") + longer + what;
  const auto once = flag ? "'(" + names.shorter + " " + names.longer + ")'" : "'*'";
  return once + "{" + shorter + "," + longer + "}" + what;
}

std::string zsh_script(const Usage& usage) {
  const auto function = function_name(usage);
  std::string out =
      "#compdef " + std::string(usage.program) + "\n" + function + "() {\n  _arguments -s -S \\\n";
  for (const Option& option : all_options(usage)) out += "    " + zsh_option(option) + " \\\n";
  out += usage.commands.empty() ? "    '*:file:_files'\n}\n"
                                : "    '1:command:(" + joined(usage.commands) + ")'\n}\n";
  // Both as a file that is found by its name and as a text that is sourced.
  const auto program = std::string(usage.program);
  return out + "if [ \"$funcstack[1]\" = _" + program + " ]; then " + function + " \"$@\"; else compdef " +
         function + " " + program + "; fi\n";
}

}  // namespace

base::Result<std::string> completion(const Usage& usage, std::string_view shell) {
  if (shell == "bash") return bash_script(usage);
  if (shell == "zsh") return zsh_script(usage);
  return base::fail(base::Exit::usage, "completion: for bash or zsh");
}

}  // namespace proc
