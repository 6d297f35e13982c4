#include "serve/reception_options.hpp"

#include <gtest/gtest.h>

namespace reception_options_test {
namespace {

constexpr proc::Option options[] = {{"submission", "", ""}, {"lmtp", "", ""}};

base::Result<serve::Reception> read(const std::vector<std::string>& arguments) {
  TRY_ASSIGN(const auto given, proc::parse({"smtpd", "", "", "", options, serve::reception_keys}, arguments));
  return serve::reception_options(given);
}

TEST(ReceptionOptions, AreTakenOver) {
  const auto plain =
      read({"--hostname=mx.test", "--max-size=2048", "--timeout=7", "--max-hops=9", "--tarpit=3"});
  ASSERT_TRUE(plain) << plain.error().what;
  EXPECT_EQ(plain->server.hostname, "mx.test");
  EXPECT_EQ(plain->server.max_size, 2048u);
  EXPECT_EQ(plain->seconds, 7u);
  EXPECT_EQ(plain->max_hops, 9u);
  EXPECT_EQ(plain->tarpit, 3u);
  EXPECT_FALSE(plain->server.submission || plain->server.lmtp);
  EXPECT_TRUE(read({"--hostname=mx.test", "--lmtp"})->server.lmtp);
}

TEST(ReceptionOptions, HaveBounds) {
  EXPECT_EQ(read({"--hostname=mx.test", "--lmtp", "--submission"}).error().code, base::Exit::usage);
  for (const char* wrong : {"--max-size=1", "--timeout=0", "--timeout=3601", "--max-recipients=99",
                            "--tarpit=61", "--max-hops=0"})
    EXPECT_EQ(read({"--hostname=mx.test", wrong}).error().code, base::Exit::usage) << wrong;
  EXPECT_EQ(read({"--hostname=mx.test", "--verify=perhaps"}).error().code, base::Exit::usage);
}

}  // namespace
}  // namespace reception_options_test
