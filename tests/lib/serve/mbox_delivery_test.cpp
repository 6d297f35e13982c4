#include "serve/mbox_delivery.hpp"

#include "posted.hpp"

namespace mbox_delivery_test {
namespace {

const std::string one =
    "From a@b.test Thu Jan  1 00:00:00 1970\nReturn-Path: <a@b.test>\nDelivered-To: bob@example.test\n"
    "Subject: x\n\ntext\n\n";

base::Result<void> deliver(const Posted& posted, const std::string& name) {
  return serve::deliver_to_mbox(posted.home.path() + "/" + name, posted.letter, 0);
}

TEST(MboxDelivery, MessagesStandOneBehindTheOther) {
  const Posted posted;
  ASSERT_TRUE(deliver(posted, "box"));
  EXPECT_EQ(posted.got("box"), one);
  ASSERT_TRUE(deliver(posted, "box"));
  EXPECT_EQ(posted.got("box"), one + one);
  EXPECT_FALSE(std::filesystem::exists(posted.home.path() + "/box.lock"));
}

TEST(MboxDelivery, AFromLineIsNeverJoinedToWhatIsThere) {
  for (const std::string there : {"x", "x\n", "\n", "x\n\n"}) {
    const Posted posted;
    std::ofstream(posted.home.path() + "/box") << there;
    ASSERT_TRUE(deliver(posted, "box"));
    EXPECT_TRUE(posted.got("box").ends_with("\n\n" + one)) << there;
  }
}

TEST(MboxDelivery, AnErrorLeavesTheFileAsItWas) {
  Posted posted;
  std::ofstream(posted.home.path() + "/box") << "there\n";
  // Its end cannot be read.
  posted.letter.length += 1 << 20;
  EXPECT_FALSE(deliver(posted, "box"));
  EXPECT_EQ(posted.got("box"), "there\n");
}

TEST(MboxDelivery, OnlyAPlainFileOfOnesOwn) {
  const Posted posted;
  const auto& home = posted.home.path();
  std::ofstream(home + "/one") << "x";
  ASSERT_EQ(link((home + "/one").c_str(), (home + "/two").c_str()), 0);
  ASSERT_EQ(symlink("nowhere", (home + "/link").c_str()), 0);
  ASSERT_EQ(mkfifo((home + "/pipe").c_str(), 0600), 0);
  for (const char* name : {"one", "link", "pipe", ".", "none/box"})
    EXPECT_FALSE(deliver(posted, name)) << name;
  EXPECT_FALSE(serve::deliver_to_mbox("box", posted.letter, 0));
  EXPECT_TRUE(serve::deliver_to_mbox("/dev/null", posted.letter, 0));
  EXPECT_FALSE(serve::deliver_to_mbox("/dev/zero", posted.letter, 0));
}

}  // namespace
}  // namespace mbox_delivery_test
