#include "serve/filter_chain.hpp"

#include <gtest/gtest.h>

namespace filter_chain_test {
namespace {

using Kind = serve::FilterVerdict::Kind;

serve::FilterRules rules(std::vector<std::vector<std::string>> commands) {
  return {std::move(commands), 60, 1 << 20};
}

/// What comes out for a message, or how it was judged.
std::string filtered(serve::FilterChain& chain, std::string_view message) {
  EXPECT_TRUE(chain.begin());
  EXPECT_TRUE(chain.write(message));
  const auto verdict = chain.run({"a@b.test", {"bob@example.test"}, "192.0.2.1", "", "", "", ""});
  if (!verdict) return verdict.error().what;
  if (verdict->kind == Kind::reject) return "rejected: " + verdict->text;
  if (verdict->kind == Kind::defer) return "deferred";
  std::string out;
  const auto read = chain.each_chunk(998, [&](std::string_view chunk) -> base::Result<void> {
    out += chunk;
    return {};
  });
  return read ? out : read.error().what;
}

TEST(FilterChain, EachMessageGoesThroughAlone) {
  auto chain = serve::FilterChain::start(rules({{"/bin/cat"}, {"/bin/sed", "s/one/two/"}})).value();
  EXPECT_EQ(filtered(chain, "a long one\nand more\n"), "a long two\nand more\n");
  EXPECT_EQ(filtered(chain, "one\n"), "two\n");
  EXPECT_EQ(filtered(chain, "no end"), "no end\n");
  EXPECT_EQ(filtered(chain, "a\r\nb\r\n"), "a\nb\n");
  EXPECT_EQ(filtered(chain, "a\rb\n"), "a filter has written a bare CR");
  EXPECT_EQ(filtered(chain, "a\r\r"), "a filter has written a bare CR");
  EXPECT_EQ(filtered(chain, std::string_view("a\0b\n", 4)), "a filter has written a NUL");
  EXPECT_EQ(filtered(chain, ""), "\n");
  const auto longest = std::string(998, 'x') + "\n";
  EXPECT_EQ(filtered(chain, longest + longest), longest + longest);
  EXPECT_EQ(filtered(chain, "x" + longest), "a filter has written a line too long");
}

TEST(FilterChain, TheExitStatusJudges) {
  const struct {
    const char* script;
    const char* wanted;
  } rows[] = {{"exit 0", "deferred"},
              {"printf half", "deferred"},
              {"cat; head -c 2000000 /dev/zero; echo", "deferred"},
              {"trap '' XFSZ; cat; head -c 2000000 /dev/zero 2>&-; echo; exit 0", "deferred"},
              {"exec cat /proc/self/fd/0", "x\n"},
              {"tail -f /dev/null & exec cat", "x\n"},
              {"printf 'a\\n'; sed s/x/b/", "a\nb\n"},
              {"exec <&-; echo y", "y\n"},
              {"head -c 2000000 /dev/zero >&2; exit 77", "deferred"},
              {"echo \"no \x01 $SENDER $RECIPIENT\" >&2; echo more >&2; exit 77",
               "rejected: no ? a@b.test bob@example.test"},
              {"exit 77", "rejected: "},
              {"exit 75", "deferred"},
              {"exit 1", "deferred"},
              {"kill -KILL $$", "deferred"}};
  for (const auto& row : rows) {
    auto chain = serve::FilterChain::start(rules({{"/bin/sh", "-c", row.script}})).value();
    EXPECT_EQ(filtered(chain, "x\n"), row.wanted) << row.script;
  }
}

TEST(FilterChain, MoreRecipientsThanFitAreAnError) {
  auto chain = serve::FilterChain::start(rules({{"/bin/cat"}})).value();
  const std::vector<std::string> many(2000, std::string(100, 'x'));
  EXPECT_FALSE(chain.run({"", many, "", "", "", "", ""}));
}

}  // namespace
}  // namespace filter_chain_test
