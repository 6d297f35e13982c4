#include "auth/request.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "auth/scram.hpp"
#include "codec/base64.hpp"
#include "fs/fd.hpp"

namespace request_test {
namespace {

using std::string_literals::operator""s;

struct Ends {
  fs::Fd ours;
  fs::Fd theirs;
};

Ends connected() {
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  return {fs::Fd(ends[0]), fs::Fd(ends[1])};
}

base::Result<auth::Login> read_from(const std::string& text,
                                    std::size_t limit = auth::password_request_limit) {
  auto ends = connected();
  EXPECT_TRUE(fs::write_all(ends.ours.get(), text));
  ends.ours.reset();
  return auth::read_login(ends.theirs.get(), limit);
}

TEST(Request, NamePasswordAndStamp) {
  const auto login = read_from("ann\0secret\0stamp\0"s).value();
  EXPECT_EQ(login.name + "/" + login.password, "ann/secret");
  EXPECT_TRUE(read_from("a\0"s + std::string(508, 'p') + "\0\0"s));
  for (const auto& bad :
       {""s, "ann"s, "ann\0secret"s, "ann\0secret\0stamp"s, "a\0"s + std::string(509, 'p') + "\0\0"s})
    EXPECT_EQ(read_from(bad).error().code, base::Exit::usage) << bad;
  EXPECT_TRUE(read_from("a\0"s + std::string(9000, 't') + "\0\0"s, auth::token_request_limit));
}

// RFC 7677 section 3.
const std::string nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string message =
    "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=" + nonce;
const std::string proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

/// What the program says, and how it ends, when all that it hears is there at once.
std::pair<std::string, base::Result<std::string>> talk(const std::string& said) {
  const auto keys =
      auth::derive("pencil", codec::base64_decode("W22ZaJ0SNY7soEsUEjb6gQ==").value(), 4096).value();
  const std::vector<auth::User> users = {{"User", auth::to_hash(keys), 1, 1, "/"}};
  auto ends = connected();
  EXPECT_TRUE(fs::write_all(ends.ours.get(), said));
  shutdown(ends.ours.get(), SHUT_WR);
  auto result = auth::converse(ends.theirs.get(), users, "secret", [](const std::string& name) {
    return base::Result<std::string>(name == "user@example.test" ? "user" : name);
  });
  ends.theirs.reset();
  std::string heard;
  char chunk[4096];
  for (ssize_t got = 0; (got = read(ends.ours.get(), chunk, sizeof chunk)) > 0;)
    heard.append(chunk, static_cast<std::size_t>(got));
  return {heard, std::move(result)};
}

TEST(Request, ConversationOfScram) {
  const auto salt = "4096,W22ZaJ0SNY7soEsUEjb6gQ==\n"s;
  const auto signature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=\n"s;
  const auto [heard, user] = talk("user\0"s + message + '\0' + proof + "\0+"s);
  EXPECT_EQ(heard, salt + signature);
  EXPECT_EQ(user.value(), "User");
  EXPECT_EQ(talk("user@example.test\0"s + message + '\0' + proof + "\0+"s).second.value(), "User");
  const struct {
    std::string said;
    std::string heard;
  } rows[] = {{"user\0"s + message + '\0' + proof + '\0', salt + signature},  // nobody says that it may begin
              {"user\0"s + message + '\0' + proof + "\0-"s, salt + signature},
              {"user\0"s + message + "x\0"s + proof + "\0+"s, salt},
              {"user\0"s + message + "\0AAAA\0+"s, salt},
              {"user\0"s + message, salt},
              {"user\0"s, salt},
              {"user", ""}};
  for (const auto& row : rows) {
    const auto [answers, result] = talk(row.said);
    EXPECT_EQ(answers, row.heard) << row.said;
    EXPECT_EQ(result.error().code, base::Exit::not_permitted) << row.said;
  }
  const auto [stranger, refused] = talk("eve\0"s + message + '\0' + proof + "\0+"s);
  EXPECT_TRUE(stranger.starts_with("4096,"));
  EXPECT_EQ(stranger.find('\n'), stranger.size() - 1);
  EXPECT_EQ(refused.error().code, base::Exit::not_permitted);
}

}  // namespace
}  // namespace request_test
