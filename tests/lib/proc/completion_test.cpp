#include "proc/completion.hpp"

#include <gtest/gtest.h>

namespace completion_test {
namespace {

constexpr proc::Option table[] = {
    {"decode,d", "", "decode: it's [back]"}, {"wrap,w", "COLS", "columns", "76"},
    {"output", "FILE", "where to"},          {"into,C", "DIR", "which directory"},
    {"run", "PROGRAM", "what to run"},       {"sure", "yes|no", "whether"}};
constexpr std::string_view keys[] = {"hostname"};
constexpr proc::Usage usage = {"mime-tool", "[FILE]", "A tool.", "", table, keys};

void expect_lines(const std::string& script, std::initializer_list<std::string_view> lines) {
  for (const auto line : lines)
    EXPECT_NE(("\n" + script).find("\n" + std::string(line) + "\n"), std::string::npos) << line << "\n"
                                                                                        << script;
}

TEST(Completion, Bash) {
  expect_lines(proc::completion(usage, "bash").value(),
               {
                   "_mime_tool() {",
                   "    --wrap|-w) return ;;",
                   "    --output) what=(-f) ;;",
                   "    --into|-C) what=(-d) ;;",
                   "    --run) what=(-c) ;;",
                   "    --sure) what=(-W 'yes no') ;;",
                   "    --config) what=(-f) ;;",
                   "    *) [[ $word != -* ]] || what=(-W '--decode -d --wrap -w --output --into -C --run "
                   "--sure --hostname "
                   "--config --help --version --completion') ;;",
                   "complete -F _mime_tool mime-tool",
               });
}

TEST(Completion, Zsh) {
  expect_lines(proc::completion(usage, "zsh").value(),
               {
                   "#compdef mime-tool",
                   "    '(-d --decode)'{-d,--decode}'[decode\\: it'\\''s \\[back\\]]' \\",
                   "    '*'{-w+,--wrap=}'[columns]:COLS:' \\",
                   "    '*'--output='[where to]:FILE:_files' \\",
                   "    '*'{-C+,--into=}'[which directory]:DIR:_files -/' \\",
                   "    '*'--run='[what to run]:PROGRAM:_command_names -e' \\",
                   "    '*'--sure='[whether]:yes|no:(yes no)' \\",
                   "    --help'[show this text]' \\",
                   "    '*:file:_files'",
               });
}

TEST(Completion, NoOtherShell) {
  const auto script = proc::completion(usage, "csh");
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().code, base::Exit::usage);
}

TEST(Completion, CommandsInPlaceOfFiles) {
  constexpr std::string_view commands[] = {"list", "show"};
  const proc::Usage commanded = {"mime-tool", "", "A tool.", "", table, keys, commands};
  expect_lines(
      proc::completion(commanded, "bash").value(),
      {"  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} what=(-W 'list show')"});
  expect_lines(proc::completion(commanded, "zsh").value(), {"    '1:command:(list show)'"});
}

}  // namespace
}  // namespace completion_test
