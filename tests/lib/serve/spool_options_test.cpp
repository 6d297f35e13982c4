#include "serve/spool_options.hpp"

#include <gtest/gtest.h>

namespace spool_options_test {
namespace {

constexpr proc::Usage usage = {"spool", "", "", "", serve::spool_options, {}, serve::spool_commands};

base::Result<serve::SpoolOrder> order(std::vector<std::string> arguments) {
  return serve::spool_order(proc::parse(usage, arguments).value());
}

TEST(SpoolOptions, IdsFiltersAndForms) {
  const auto given =
      order({"list", "0a*", "b", "--sender", "<>", "--sender", "x@y", "--recipient=*@z", "--domain", "d",
             "--older", "2d", "--newer=4h", "--held", "--deferred", "--json"});
  ASSERT_TRUE(given);
  EXPECT_EQ(given->command, "list");
  EXPECT_TRUE(given->json);
  const auto& selection = given->selection;
  EXPECT_EQ(selection.ids, (std::vector<std::string>{"0a*", "b"}));
  EXPECT_EQ(selection.senders, (std::vector<std::string>{"<>", "x@y"}));
  EXPECT_EQ(selection.recipients, (std::vector<std::string>{"*@z"}));
  EXPECT_EQ(selection.domains, (std::vector<std::string>{"d"}));
  EXPECT_EQ(selection.older, 172'800u);
  EXPECT_EQ(selection.newer, 14'400u);
  EXPECT_EQ(selection.states.size(), 2u);
}

TEST(SpoolOptions, WhatDoesNotGoTogether) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"lists"},
                                                       {"show"},
                                                       {"show", "a", "b"},
                                                       {"show", "*"},
                                                       {"show", "a", "--held"},
                                                       {"list", "--repair"},
                                                       {"list", "--all"},
                                                       {"list", "--mailq", "--json"},
                                                       {"hold"},
                                                       {"delete", "--all", "a"},
                                                       {"retry", "--all", "--held"},
                                                       {"release", "--yes", "a"},
                                                       {"stats", "a"},
                                                       {"check", "a"},
                                                       {"check", "--held"},
                                                       {"list", "--older", "soon"}};
  for (const auto& arguments : wrong) {
    const auto given = order(arguments);
    ASSERT_FALSE(given) << (arguments.empty() ? "" : arguments[0]);
    EXPECT_EQ(given.error().code, base::Exit::usage);
  }
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"list"},
                                                                     {"retry", "--all"},
                                                                     {"delete", "a", "-y"},
                                                                     {"release", "--held"},
                                                                     {"stats", "--held"},
                                                                     {"check", "--repair", "--json"}})
    EXPECT_TRUE(order(arguments)) << arguments[0];
}

}  // namespace
}  // namespace spool_options_test
