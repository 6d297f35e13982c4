#include "auth/scram.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "auth/password.hpp"
#include "codec/base64.hpp"

namespace scram_test {
namespace {

// RFC 7677 section 3.
constexpr std::string_view nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
constexpr std::string_view proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

std::string auth_message() {
  return "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" + std::string(nonce) +
         ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=" + std::string(nonce);
}

auth::ScramKeys keys() {
  return auth::derive("pencil", codec::base64_decode("W22ZaJ0SNY7soEsUEjb6gQ==").value(), 4096).value();
}

TEST(Scram, TheExampleOfTheStandard) {
  EXPECT_TRUE(auth::proves(keys(), auth_message(), proof));
  EXPECT_EQ(auth::server_signature(keys(), auth_message()), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(Scram, WrongProofs) {
  EXPECT_FALSE(auth::proves(keys(), auth_message() + "x", proof));
  for (const char* wrong : {"", "AAAA", "x", "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVU=",
                            "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ"})
    EXPECT_FALSE(auth::proves(keys(), auth_message(), wrong)) << wrong;
  EXPECT_FALSE(auth::proves(keys(), auth_message(), codec::base64_encode(keys().stored)));
}

TEST(Scram, TheLineOfTheUsersFile) {
  const auto text = auth::to_hash(keys());
  EXPECT_TRUE(text.starts_with("{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==,"));
  EXPECT_EQ(auth::to_hash(auth::parse_scram(text).value()), text);
  EXPECT_TRUE(auth::verify(text, "pencil"));
  EXPECT_FALSE(auth::verify(text, "Pencil"));
  EXPECT_FALSE(auth::verify(text, ""));
  const auto key = codec::base64_encode(keys().stored);
  for (const auto& bad :
       {std::string("{CRYPT}x"), std::string("{SCRAM-SHA-256}"), text + ",x", text.substr(0, text.size() - 4),
        "{SCRAM-SHA-256}0,c2FsdA==," + key + "," + key, "{SCRAM-SHA-256}4096,," + key + "," + key,
        "{SCRAM-SHA-256}99999999,c2FsdA==," + key + "," + key,
        "{SCRAM-SHA-256}4096,c2FsdA==,c2FsdA==," + key}) {
    EXPECT_FALSE(auth::parse_scram(bad)) << bad;
    EXPECT_FALSE(auth::verify(bad, "pencil"));
  }
}

TEST(Scram, PasswordsThatLookAlikeAreTheSame) {
  EXPECT_EQ(auth::derive("I\xc2\xadX", "salt", 1).value().stored,
            auth::derive("IX", "salt", 1).value().stored);
  EXPECT_FALSE(auth::derive("\x07", "salt", 1));
  EXPECT_NE(auth::make_scram_hash("pencil", 4096).value(), auth::make_scram_hash("pencil", 4096).value());
}

TEST(Scram, WhoDoesNotExistHasASaltToo) {
  std::vector<auth::User> users = {{"tim", "{CRYPT}x", 1, 1, "/"},
                                   {"user", auth::to_hash(keys()), 1, 1, "/"}};
  EXPECT_EQ(auth::to_hash(auth::keys_of(users, "USER", "s")), auth::to_hash(keys()));
  const auto invented = auth::keys_of(users, "eve", "s");
  EXPECT_EQ(invented.iterations, 4096u);
  EXPECT_EQ(invented.salt.size(), keys().salt.size());
  EXPECT_EQ(auth::keys_of(users, "Eve", "s").salt, invented.salt);
  EXPECT_NE(auth::keys_of(users, "tim", "s").salt, invented.salt);
  EXPECT_NE(auth::keys_of(users, "eve", "t").salt, invented.salt);
  EXPECT_EQ(auth::keys_of({}, "eve", "s").iterations, auth::scram_iterations);
}

TEST(Scram, TheSecretOfInventedSaltsIsMadeOnce) {
  std::string directory = "/tmp/tubepost-test.XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const auto users = directory + "/users";
  const auto before = auth::invention_secret(users);
  EXPECT_TRUE(auth::keep_invention_secret(users));
  const auto made = auth::invention_secret(users);
  EXPECT_NE(made, before);
  EXPECT_TRUE(auth::keep_invention_secret(users));
  EXPECT_EQ(auth::invention_secret(users), made);
  std::filesystem::remove_all(directory);
}

// Iterations that only users have would show who is one.
TEST(Scram, InventedKeysHaveTheIterationsThatUsersHave) {
  std::vector<auth::User> users;
  for (const unsigned iterations : {4096U, 8192U, 8192U, 8192U})
    users.push_back(
        {"user" + std::to_string(users.size()), auth::make_scram_hash("x", iterations).value(), 1, 1, "/"});
  users.push_back({"other", "{CRYPT}*", 1, 1, "/"});
  std::size_t few = 0;
  for (int i = 0; i < 400; ++i) {
    const auto keys = auth::keys_of(users, "nobody" + std::to_string(i), "secret");
    EXPECT_TRUE(keys.iterations == 4096 || keys.iterations == 8192);
    few += keys.iterations == 4096;
  }
  EXPECT_GT(few, 50U);
  EXPECT_LT(few, 200U);
  EXPECT_EQ(auth::keys_of(users, "Nobody1", "secret").iterations,
            auth::keys_of(users, "nobody1", "secret").iterations);
}

}  // namespace
}  // namespace scram_test
