#include "spool/survey.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace survey_test {
namespace {

class SurveyTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(path_.data()), nullptr);
    for (const char digit : std::string("0123456789abcdef"))
      std::filesystem::create_directories(path_ + "/queue/" + digit);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  void put(const std::string& bucket, const std::string& name) const {
    std::ofstream(path_ + "/queue/" + bucket + "/" + name) << "x";
  }
  /// Times that lie long enough back to be believed.
  void age() const {
    const timespec long_ago[2] = {{1'000'000'000, 5}, {1'000'000'000, 5}};
    for (const char digit : std::string("0123456789abcdef"))
      ASSERT_EQ(utimensat(AT_FDCWD, (path_ + "/queue/" + digit).c_str(), long_ago, 0), 0);
  }
  std::vector<spool::Record> read_all(std::size_t names = 100) {
    std::vector<spool::Record> out;
    while (survey_->is_going()) {
      const auto found = survey_->step(names, destinations_);
      EXPECT_TRUE(found);
      if (found && *found) out.insert(out.end(), (*found)->records.begin(), (*found)->records.end());
    }
    return out;
  }

  std::string path_ = "/tmp/survey.XXXXXX";
  spool::Destinations destinations_;
  std::unique_ptr<spool::Survey> survey_ = std::make_unique<spool::Survey>(std::string(path_));
};

TEST_F(SurveyTest, ReadsEveryNameFewAtATime) {
  survey_ = std::make_unique<spool::Survey>(path_);
  put("0", "00000000aa.1gqrv3k2b5o80.example.test");
  put("0", "00000000ab.1gqrv3k2b5o8g.example.test");
  put("1", "00000000ac.1gqrv3k2b5o81.other.test");
  put("1", "00000000ad.1gqrv3k2b5o80.astray.test");
  put("1", "README");
  survey_->begin(false);
  const auto found = read_all(1);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_FALSE(survey_->is_going());
}

TEST_F(SurveyTest, EveryDirectoryHasItsTurnHoweverOftenItIsBegun) {
  survey_ = std::make_unique<spool::Survey>(path_);
  for (const char digit : std::string("0123456789abcdef"))
    put({digit}, std::string("00000000aa.1gqrv3k2b5o8") + digit + ".example.test");
  std::set<unsigned> read;
  for (unsigned i = 0; i < spool::Survey::buckets; ++i) {
    survey_->begin(true);
    const auto found = survey_->step(100, destinations_);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->records.size(), 1u);
    EXPECT_TRUE(survey_->is_going());
    EXPECT_FALSE(*survey_->step(0, destinations_));
    read.insert((*found)->part % spool::Survey::buckets);
  }
  EXPECT_EQ(read.size(), spool::Survey::buckets);
}

TEST_F(SurveyTest, OnlyWhatHasChangedIsReadAgain) {
  survey_ = std::make_unique<spool::Survey>(path_);
  put("0", "00000000aa.1gqrv3k2b5o80.example.test");
  put("1", "00000000ac.1gqrv3k2b5o81.other.test");
  age();
  survey_->begin(false);
  EXPECT_EQ(read_all().size(), 2u);
  survey_->begin(false);
  EXPECT_FALSE(survey_->is_going());
  put("1", "00000000ad.1gqrv3k2b5o8h.other.test");
  survey_->begin(false);
  EXPECT_EQ(read_all().size(), 2u);
  // So young a change may be followed by another one with the same time.
  survey_->begin(false);
  EXPECT_EQ(read_all().size(), 2u);
  survey_->begin(true);
  EXPECT_EQ(read_all().size(), 3u);
}

TEST_F(SurveyTest, ADirectoryThatCannotBeReadIsSaidAndTheOthersAreRead) {
  survey_ = std::make_unique<spool::Survey>(path_);
  put("0", "00000000aa.1gqrv3k2b5o80.example.test");
  std::filesystem::remove(path_ + "/queue/7");
  survey_->begin(false);
  int failures = 0, names = 0;
  while (survey_->is_going()) {
    const auto found = survey_->step(100, destinations_);
    if (!found) {
      EXPECT_NE(found.error().what.find("/queue/7"), std::string::npos);
      ++failures;
    }
    if (found && *found) names += static_cast<int>((*found)->records.size());
  }
  EXPECT_EQ(failures, 1);
  EXPECT_EQ(names, 1);
}

}  // namespace
}  // namespace survey_test
