#include "auth/apop.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "codec/md5.hpp"

namespace apop_test {
namespace {

const std::string proof = "<1896.697170952@dbc.mtview.ca.us> c4c9334bac560ecc979e58001b3e22fb";

TEST(Apop, TheExampleOfTheStandard) {
  const char* text = "# who\nother:x\nmrose:tanstaaf\nmrose:second\nlast:a:b";
  EXPECT_TRUE(auth::proves_apop(text, "mrose", proof));
  EXPECT_TRUE(auth::proves_apop(text, "MRose", proof));
  for (const char* name : {"other", "nobody", "", "# who", "last"})
    EXPECT_FALSE(auth::proves_apop(text, name, proof));
  EXPECT_TRUE(auth::proves_apop(text, "last", "<t> " + codec::md5("<t>a:b")));
  EXPECT_FALSE(auth::proves_apop(text, "mrose", "c4c9334bac560ecc979e58001b3e22fb"));
  EXPECT_FALSE(auth::proves_apop(text, "mrose", ""));
  EXPECT_FALSE(auth::proves_apop(text, "mrose", proof.substr(0, proof.size() - 1)));
}

TEST(Apop, ALineMayEndAsElsewhere) {
  EXPECT_TRUE(auth::proves_apop("# who\r\nmrose:tanstaaf\r\n", "mrose", proof));
  EXPECT_TRUE(auth::proves_apop("bob: x \r\n", "bob", "<t> " + codec::md5("<t> x ")));
}

TEST(Apop, NobodyIsLetInByAnEmptySecret) {
  const auto empty = "<t> " + codec::md5("<t>");
  EXPECT_FALSE(auth::proves_apop("bob:\n", "bob", empty));
  EXPECT_FALSE(auth::proves_apop("", "bob", empty));
}

// RFC 6856 section 2.2: what is typed in either form of Unicode is one secret.
TEST(Apop, TheSecretIsPrepared) {
  EXPECT_TRUE(auth::proves_apop("bob:o\xcc\x88\n", "bob", "<t> " + codec::md5("<t>\xc3\xb6")));
}

TEST(Apop, AFileThatOthersReadIsNotUsed) {
  std::string directory = "/tmp/tubepost.XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const auto path = directory + "/users.apop";
  EXPECT_EQ(auth::verify_apop(path, "mrose", proof).error().code, base::Exit::temporary);
  std::ofstream(path) << "mrose:tanstaaf\n";
  chmod(path.c_str(), 0644);
  EXPECT_EQ(auth::verify_apop(path, "mrose", proof).error().code, base::Exit::temporary);
  chmod(path.c_str(), 0600);
  EXPECT_TRUE(auth::verify_apop(path, "mrose", proof).value());
  EXPECT_FALSE(auth::verify_apop(path, "bob", proof).value());
  for (const char* text : {"\xEF\xBB\xBFmrose:tanstaaf\n", "mrose:tanstaaf"}) {
    std::ofstream(path) << text;
    EXPECT_EQ(auth::verify_apop(path, "mrose", proof).error().code, base::Exit::temporary) << text;
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace apop_test
