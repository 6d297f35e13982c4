#include "serve/greylist.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace greylist_test {
namespace {

constexpr std::uint64_t start = 1'763'733'600;

class GreylistTest : public testing::Test {
 protected:
  GreylistTest() {
    if (mkdtemp(directory_.data()) == nullptr) std::abort();
  }
  ~GreylistTest() override { std::filesystem::remove_all(directory_); }

  std::uint64_t judge(const char* address, const std::string& sender, const std::string& recipient,
                      std::uint64_t now, std::uint64_t allow_after = 3) const {
    return serve::Greylist({300, allow_after, directory_}).judge(address, sender, recipient, now).value();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory_), {}));
  }
  std::filesystem::path file() const { return std::filesystem::directory_iterator(directory_)->path(); }

  std::string directory_ = "/tmp/tubepost-test.XXXXXX";
};

TEST_F(GreylistTest, WaitsOnceAndRemembers) {
  EXPECT_EQ(judge("192.0.2.1", "a@b.test", "c@d.test", start), 300U);
  EXPECT_EQ(judge("192.0.2.1", "a@b.test", "c@d.test", start + 100), 200U);
  EXPECT_EQ(judge("192.0.2.2", "A@b.test", "c@D.test", start + 300), 0U);
  EXPECT_EQ(judge("192.0.2.1", "a@b.test", "c@d.test", start + 301), 0U);
  EXPECT_EQ(judge("192.0.2.1", "x@b.test", "c@d.test", start + 301), 300U);
  EXPECT_EQ(judge("192.0.2.1", "a@b.test", "x@d.test", start + 301), 300U);
  EXPECT_EQ(judge("192.0.3.1", "a@b.test", "c@d.test", start + 301), 300U);
  EXPECT_EQ(judge("192.0.2.1", "", "c@d.test", start + 301), 300U);
}

TEST_F(GreylistTest, ForgetsInTheEnd) {
  EXPECT_EQ(judge("192.0.2.1", "a", "b", start), 300U);
  // Whoever comes back after days has not come back.
  EXPECT_EQ(judge("192.0.2.1", "a", "b", start + 2 * 86'400 + 1), 300U);
  const auto in = start + 2 * 86'400 + 301;
  EXPECT_EQ(judge("192.0.2.1", "a", "b", in), 0U);
  EXPECT_EQ(judge("192.0.2.1", "a", "b", in + 35 * 86'400), 0U);
  EXPECT_EQ(judge("192.0.2.1", "a", "b", in + 70 * 86'400), 0U);
  EXPECT_EQ(judge("192.0.2.1", "a", "b", in + 105 * 86'400 + 1), 300U);
}

TEST_F(GreylistTest, ANetworkThatComesBackOftenWaitsNoMore) {
  for (const char* sender : {"a", "b", "c"}) judge("192.0.2.1", sender, "r", start);
  for (const char* sender : {"a", "b"}) EXPECT_EQ(judge("192.0.2.1", sender, "r", start + 300), 0U);
  EXPECT_EQ(judge("192.0.2.1", "d", "r", start + 300), 300U);
  EXPECT_EQ(judge("192.0.2.1", "c", "r", start + 300), 0U);
  EXPECT_EQ(judge("192.0.2.1", "e", "r", start + 300), 0U);
  EXPECT_EQ(judge("192.0.2.1", "e", "r", start + 300, 0), 300U);
  EXPECT_EQ(judge("192.0.3.1", "e", "r", start + 300), 300U);
  // It is remembered while it goes on coming.
  EXPECT_EQ(judge("192.0.2.1", "f", "r", start + 30 * 86'400), 0U);
  EXPECT_EQ(judge("192.0.2.1", "g", "r", start + 60 * 86'400), 0U);
  EXPECT_EQ(judge("192.0.2.1", "h", "r", start + 96 * 86'400), 300U);
}

TEST_F(GreylistTest, AClockThatWasWrongMakesNobodyWaitForLong) {
  EXPECT_EQ(judge("192.0.2.1", "a", "b", start + 86'400 * 365), 300U);
  EXPECT_EQ(judge("192.0.2.1", "a", "b", start), 300U);
  EXPECT_EQ(judge("192.0.2.1", "a", "b", start + 300), 0U);
}

TEST_F(GreylistTest, AFloodMakesRoomForItselfAlone) {
  judge("192.0.2.1", "known", "r", start, 0);
  EXPECT_EQ(judge("192.0.2.1", "known", "r", start + 300, 0), 0U);
  for (int i = 0; i < 1200; ++i)
    EXPECT_EQ(
        judge("192.0.2.1", "flood" + std::to_string(i), "r", start + 300 + static_cast<std::uint64_t>(i), 0),
        300U);
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(std::filesystem::file_size(file()), serve::greylist_records * net::greylist_record_size);
  EXPECT_EQ(judge("192.0.2.1", "known", "r", start + 2000, 0), 0U);
  EXPECT_EQ(judge("192.0.2.1", "flood1199", "r", start + 2000, 0), 0U);
  EXPECT_EQ(judge("192.0.2.1", "flood0", "r", start + 2000, 0), 300U);
}

TEST_F(GreylistTest, ThereAreNoMoreFilesThanThereMayBe) {
  for (int i = 0; i < 256; ++i) {
    for (int j = 0; j < 12; ++j)
      judge(("10." + std::to_string(i) + "." + std::to_string(j) + ".1").c_str(), "a", "b", start);
  }
  EXPECT_LE(files(), serve::greylist_files);
  EXPECT_GT(files(), serve::greylist_files / 2);
}

TEST_F(GreylistTest, BrokenFilesAreRoom) {
  judge("192.0.2.1", "a", "b", start);
  const auto path = file();
  std::filesystem::resize_file(path, 100);  // cut by a crash
  EXPECT_EQ(judge("192.0.2.1", "a", "b", start + 300), 300U);
  EXPECT_EQ(judge("192.0.2.1", "a", "b", start + 600), 0U);
  std::ofstream(path) << std::string(1000, '\0') << "garbage\n" << std::string(200'000, 'x');
  EXPECT_EQ(judge("192.0.2.1", "a", "b", start), 300U);
  EXPECT_EQ(judge("192.0.2.1", "a", "b", start + 300), 0U);
}

TEST_F(GreylistTest, ManyProcessesAtOnceLoseNothing) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t pid = fork();
    if (pid == 0) {
      for (int j = 0; j < 50; ++j)
        judge("192.0.2.1", std::to_string(i) + "." + std::to_string(j), "r", start);
      _exit(0);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) waitpid(pid, nullptr, 0);
  for (int i = 0; i < 8; ++i) {
    for (int j = 0; j < 50; ++j)
      EXPECT_EQ(judge("192.0.2.1", std::to_string(i) + "." + std::to_string(j), "r", start + 300, 0), 0U);
  }
}

TEST_F(GreylistTest, WithoutItsDirectoryItSaysSo) {
  const serve::Greylist nowhere({300, 3, directory_ + "/none"});
  EXPECT_FALSE(nowhere.judge("192.0.2.1", "a", "b", start));
  std::filesystem::create_symlink("/etc/passwd", directory_ + "/link");
  judge("192.0.2.1", "a", "b", start);
  const auto name = (file().filename() == "link" ? *++std::filesystem::directory_iterator(directory_)
                                                 : *std::filesystem::directory_iterator(directory_))
                        .path();
  std::filesystem::remove(name);
  std::filesystem::create_symlink(directory_ + "/elsewhere", name);
  EXPECT_FALSE(serve::Greylist({300, 3, directory_}).judge("192.0.2.1", "a", "b", start));
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/elsewhere"));
}

}  // namespace
}  // namespace greylist_test
