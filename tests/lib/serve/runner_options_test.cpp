#include "serve/runner_options.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "fs/fd.hpp"
#include "talk.hpp"

namespace runner_options_test {
namespace {

constexpr proc::Option options[] = {{"host", "HOST", ""}, {"check", "", ""}};

base::Result<serve::RunnerConfig> read(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--config=/dev/null", "--hostname=mx.test", "--check"});
  const auto by_mx = [](const std::string& one) { return one.starts_with("--relay-by-mx="); };
  if (std::none_of(arguments.begin(), arguments.end(), by_mx)) arguments.push_back("--relay-by-mx=no");
  TRY_ASSIGN(const auto given, proc::parse({"runner", "", "", "", options, serve::runner_keys}, arguments));
  return serve::runner_options(given);
}

TEST(RunnerOptions, WithoutAnyThereAreDefaults) {
  const auto config = read({});
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->delivery.hostname, "mx.test");
  EXPECT_EQ(config->delivery.local.hostname, "mx.test");
  EXPECT_EQ(config->delivery.retry, 1800u);
  EXPECT_EQ(config->delivery.lifetime, 432'000u);
  EXPECT_EQ(config->delivery.delay_warning, 14'400u);
  EXPECT_EQ(config->delivery.local.rules.mailbox.maildir, "Maildir");
  EXPECT_EQ(config->lines.longest, 1'800'000u);
  EXPECT_EQ(config->lines.pause, 60'000u);
  EXPECT_GE(config->places.deliveries, 1u);
  EXPECT_EQ(config->places.hanging, 100u);
  EXPECT_EQ(config->lines.rates.interval("b.test"), 0u);
  EXPECT_FALSE(config->remote_user);
  EXPECT_FALSE(config->domains);
}

TEST(RunnerOptions, AreTakenOver) {
  const auto config = read({"--spool=/s", "--timeout=7", "--deliveries=9", "--hanging-deliveries=0",
                            "--connections-per-destination=3", "--retry=60", "--lifetime=0",
                            "--delay-warning=0", "--maildir=Mail", "--rate=b.test 1/2", "--rate=* 4/1"});
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->delivery.spool, "/s");
  EXPECT_EQ(config->delivery.timeout.each, 7000);
  EXPECT_EQ(config->delivery.timeout.final, 600'000);
  EXPECT_EQ(config->places.deliveries, 9u);
  EXPECT_EQ(config->places.hanging, 0u);
  EXPECT_EQ(config->lines.connections, 3u);
  EXPECT_EQ(config->delivery.retry, 60u);
  EXPECT_EQ(config->delivery.lifetime, 0u);
  EXPECT_EQ(config->delivery.delay_warning, 0u);
  EXPECT_EQ(config->delivery.local.rules.mailbox.maildir, "Mail");
  EXPECT_EQ(config->lines.longest, 60'000u);
  EXPECT_EQ(config->lines.pause, 2000u);
  EXPECT_EQ(config->lines.rates.interval("b.test"), 2'000'000u);
  EXPECT_EQ(config->lines.rates.interval("c.test"), 250'000u);
}

TEST(RunnerOptions, APauseIsNeverShorterThanASecond) {
  EXPECT_EQ(read({"--retry=1"})->lines.pause, 1000u);
}

TEST(RunnerOptions, OneUserNeverHasAllChildren) {
  const struct {
    const char* deliveries;
    const char* per_user;
    std::size_t wanted;
  } rows[] = {{"--deliveries=1", "--deliveries-per-user=9", 1},
              {"--deliveries=2", "--deliveries-per-user=9", 1},
              {"--deliveries=20", "--deliveries-per-user=20", 15},
              {"--deliveries=20", "--deliveries-per-user=4", 4}};
  for (const auto& row : rows)
    EXPECT_EQ(read({row.deliveries, row.per_user})->lines.per_user, row.wanted) << row.deliveries;
}

TEST(RunnerOptions, WrongValuesAreNamed) {
  const struct {
    const char* argument;
    base::Exit code;
  } rows[] = {
      {"--retry=0", base::Exit::usage},
      {"--retry=86401", base::Exit::usage},
      {"--lifetime=31536001", base::Exit::usage},
      {"--delay-warning=x", base::Exit::usage},
      {"--timeout=0", base::Exit::usage},
      {"--timeout=3601", base::Exit::usage},
      {"--deliveries=0", base::Exit::usage},
      {"--deliveries=1001", base::Exit::usage},
      {"--hanging-deliveries=1001", base::Exit::usage},
      {"--hanging-deliveries=x", base::Exit::usage},
      {"--connections-per-destination=0", base::Exit::usage},
      {"--deliveries-per-user=0", base::Exit::usage},
      {"--max-hops=0", base::Exit::usage},
      {"--over-quota=perhaps", base::Exit::usage},
      {"--program-timeout=0", base::Exit::usage},
      {"--relay-by-mx=perhaps", base::Exit::usage},
      {"--rate=b.test", base::Exit::usage},
      {"--rate=b.test 0/1", base::Exit::usage},
  };
  for (const auto& row : rows) {
    const auto config = read({row.argument});
    ASSERT_FALSE(config) << row.argument;
    EXPECT_EQ(config.error().code, row.code) << row.argument;
    const std::string_view argument = row.argument;
    const auto name = argument.substr(2, argument.find('=') - 2);
    EXPECT_NE(config.error().what.find(name), std::string::npos) << config.error().what;
  }
}

TEST(RunnerOptions, AHostThatIsNamedIsNotSearchedFor) {
  const std::vector<std::string> searching = {"--relay-by-mx=yes", "--libexec=/none"};
  const auto nobody = read(searching);
  ASSERT_FALSE(nobody);
  EXPECT_NE(nobody.error().what.find("/none/resolve"), std::string::npos) << nobody.error().what;
  auto named = searching;
  named.push_back("--host=far.test");
  const auto config = read(named);
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_FALSE(config->domains);
}

TEST(RunnerOptions, AnAnswerMayTakeNoLessThanAnyWait) {
  EXPECT_EQ(read({"--timeout=7", "--answer-timeout=9"})->delivery.timeout.final, 9000);
  EXPECT_EQ(read({"--timeout=7", "--answer-timeout=5"})->delivery.timeout.final, 7000);
}

TEST(RunnerOptions, ARouteWithDaneNeedsWhoFindsItOut) {
  const Directory place;
  const auto routes = place.path() + "/routes";
  const auto write = [&](const std::string& text) {
    ASSERT_TRUE(fs::write_all(fs::open(routes, O_WRONLY | O_CREAT | O_TRUNC, 0600)->get(), text));
  };
  const auto said = [&](const std::string& by_mx, const std::string& anchor) {
    const auto config =
        read({"--routes=" + routes, "--relay-by-mx=" + by_mx, "--trust-anchor=" + anchor, "--mta-sts=no"});
    return config ? std::string()
                  : std::to_string(static_cast<int>(config.error().code)) + config.error().what;
  };
  EXPECT_EQ(said("no", "/none"), "");
  write("a.test b.test tls=verify\n");
  EXPECT_EQ(said("no", "/none"), "");
  write("a.test b.test tls=verify\nb.test c.test tls=dane\n");
  EXPECT_EQ(said("no", "/dev/null"), "78" + routes + ": tls=dane for b.test needs relay-by-mx");
  EXPECT_EQ(said("yes", "/none"), "78" + routes + ": tls=dane for b.test needs a trust-anchor");
}

}  // namespace
}  // namespace runner_options_test
