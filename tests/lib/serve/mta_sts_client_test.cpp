#include "serve/mta_sts_client.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace mta_sts_client_test {
namespace {

struct Site {
  std::string directory = testing::TempDir() + "sts_client_" + std::to_string(getpid());
  Site() { std::filesystem::create_directories(directory); }
  ~Site() { std::filesystem::remove_all(directory); }

  proc::Options options(const std::string& wanted) const {
    constexpr std::string_view keys[] = {"mta-sts", "libexec", "mta-sts-dir", "authorities"};
    const std::vector<std::string> arguments = {"--config",  "/dev/null", "--mta-sts",     wanted,
                                                "--libexec", directory,   "--mta-sts-dir", directory};
    return proc::parse({"test", "", "", "", {}, keys}, arguments).value();
  }

  /// In place of mta-sts(8): it takes no channel and is gone at once.
  void install() const {
    const auto path = directory + "/mta-sts";
    std::ofstream(path) << "#!/bin/true\n";
    chmod(path.c_str(), 0755);
  }
};

TEST(StsClient, NobodyWhereItIsNotWanted) {
  const Site site;
  const auto client = serve::StsClient::load(site.options("no"), std::nullopt);
  ASSERT_TRUE(client);
  EXPECT_EQ(client->get(), nullptr);
}

TEST(StsClient, TheProgramHasToBeThere) {
  const Site site;
  const auto client = serve::StsClient::load(site.options("yes"), std::nullopt);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, base::Exit::configuration);
  EXPECT_NE(client.error().what.find("libexec"), std::string::npos);
}

TEST(StsClient, WithoutAnAnswerThereIsNoPolicyAndTheReasonIsKnown) {
  const Site site;
  site.install();
  const auto client = serve::StsClient::load(site.options("yes"), std::nullopt);
  ASSERT_TRUE(client);
  for (const bool prepared : {false, true}) {
    if (prepared) (*client)->prepare();
    const auto answer = (*client)->find({"far.test", "1", {"192.0.2.1"}});
    EXPECT_FALSE(answer.policy);
    EXPECT_EQ(answer.trouble, "sts-policy-fetch-error");
    EXPECT_EQ((*client)->find({"far.test", ""}).trouble, "") << "nobody has promised a policy";
    EXPECT_FALSE((*client)->find({"no\ndomain", "1"}).policy);
  }
}

}  // namespace
}  // namespace mta_sts_client_test
