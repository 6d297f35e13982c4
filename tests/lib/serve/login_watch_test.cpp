#include "serve/login_watch.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "talk.hpp"

namespace login_watch_test {
namespace {

using About = sasl::Question::About;

TEST(LoginWatch, QuestionsAndAnswersArriveAsTheyWere) {
  for (const auto about : {About::password, About::token, About::certificate, About::salt, About::proof,
                           About::digest, About::session}) {
    const auto out =
        serve::from_request(serve::to_request({about, "bob", "secret", "proof", "BOB"}, "pend\0ing")).value();
    EXPECT_EQ(out.question.about, about);
    EXPECT_EQ(out.question.name + "/" + out.question.secret + "/" + out.question.proof, "bob/secret/proof");
    EXPECT_EQ(out.question.said, "BOB");
    EXPECT_EQ(out.pending, "pend\0ing");
  }
  for (const char* bad : {"", "p", "pbob", "zbob"}) EXPECT_FALSE(serve::from_request(bad));
  const auto answer = serve::from_answer(serve::to_answer({sasl::Verdict::granted, "text"}));
  EXPECT_EQ(answer.verdict, sasl::Verdict::granted);
  EXPECT_EQ(answer.text, "text");
  EXPECT_EQ(serve::from_answer("").verdict, sasl::Verdict::temporary);
}

// Stands for check-password: the conversation of auth/request.hpp with one proof that is right.
constexpr const char* checker = R"(case $1 in
  --evidence=scram)
    read -rd '' name <&3; echo 1,salt >&3; read -rd '' message <&3; read -rd '' proof <&3
    [ $name/$message/$proof = bob/message/right ] || exit 77
    echo signature >&3; read -rn 1 go <&3; [ "$go" = + ] ;;
  --evidence=certificate) exit 0 ;;
  --evidence=apop)
    read -rd '' name <&3; read -rd '' proof <&3; [ "$name/$proof" = 'bob/<1@mx> digest' ] || exit 77 ;;
  *) exit 77 ;;
esac
)";

std::string make_checker(const Directory& directory, const std::string& script) {
  const auto out = directory.path() + "/check";
  std::ofstream(out) << "#!/bin/bash\n" + script;
  std::filesystem::permissions(out, std::filesystem::perms::owner_all);
  return out;
}

/// What is answered to each question, in a process of its own as it would be.
std::string answers(const std::vector<sasl::Question>& questions, const std::string& identity = {},
                    const std::string& timestamp = {}) {
  const Directory directory;
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  serve::LoginTerms terms = {{make_checker(directory, checker)}};
  terms.identity = identity;
  terms.timestamp = timestamp;
  const auto done = serve::guard_verifying(terms, [&](const serve::Gate& gate) -> base::Result<int> {
    std::string heard;
    for (const auto& question : questions) {
      const auto answer = gate.ask(question, "");
      heard += (answer ? serve::to_answer(*answer) : "!") + " ";
    }
    _exit(write(ends[1], heard.data(), heard.size()) > 0 ? 0 : 1);
  });
  EXPECT_TRUE(done);
  close(ends[1]);
  std::string out(1000, '\0');
  const ssize_t got = read(ends[0], out.data(), out.size());
  close(ends[0]);
  out.resize(static_cast<std::size_t>(got > 0 ? got : 0));
  return out;
}

const sasl::Question salt = {About::salt, "bob"};
const sasl::Question right = {About::proof, "bob", "message", "right"};
const sasl::Question wrong = {About::proof, "bob", "message", "wrong"};
const sasl::Question session = {About::session, "bob"};

TEST(LoginWatch, AProofOpensOneSession) {
  EXPECT_EQ(answers({salt, right, session}), "y1,salt ysignature y ");
}

// A talker that a client has taken over may ask what it likes, in any order.
TEST(LoginWatch, WhatATalkerThatLiesGets) {
  EXPECT_EQ(answers({session}), "t ");
  EXPECT_EQ(answers({right, session}), "t t ");
  EXPECT_EQ(answers({salt, session}), "y1,salt t ");
  EXPECT_EQ(answers({salt, wrong, session}), "y1,salt n t ");
  EXPECT_EQ(answers({salt, right, session, session}), "y1,salt ysignature y t ");
  EXPECT_EQ(answers({salt, right, salt, session}), "y1,salt ysignature y1,salt t ");
  // The proof is for the name whose salt was asked, whatever name comes with it.
  EXPECT_EQ(answers({{About::salt, "eve"}, right, session}), "y1,salt n t ");
  EXPECT_EQ(answers({salt, salt, salt, salt, salt}), "y1,salt y1,salt y1,salt t ! ");
  EXPECT_EQ(answers({salt, wrong, salt, wrong, salt, wrong, salt}), "y1,salt n y1,salt n y1,salt n ! ");
}

TEST(LoginWatch, ACertificateNamesOne) {
  EXPECT_EQ(answers({{About::certificate, "bob"}}, "bob"), "y ");
  EXPECT_EQ(answers({{About::certificate, "eve"}}, "bob"), "n ");
  EXPECT_EQ(answers({{About::certificate, ""}}), "n ");
  EXPECT_EQ(answers({{About::certificate, "bob"}}), "n ");
}

// The timestamp is added here, so that a talker cannot bring an old one.
TEST(LoginWatch, ADigestBelongsToTheTimestampThatWasGivenOut) {
  EXPECT_EQ(answers({{About::digest, "bob", "digest"}}, {}, "<1@mx>"), "y ");
  EXPECT_EQ(answers({{About::digest, "eve", "digest"}}, {}, "<1@mx>"), "n ");
  EXPECT_EQ(answers({{About::digest, "bob", "digest"}}, {}, "<2@mx>"), "n ");
  EXPECT_EQ(answers({{About::digest, "bob", "<1@mx> digest"}}, {}, "<2@mx>"), "n ");
  EXPECT_EQ(answers({{About::digest, "bob", "digest"}}), "n ");
}

std::uint32_t seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

/// What the last question is answered, when so many others from its address fail while it is checked; and
/// what the session is told. `program` waits for that at $FIFO.
std::string answered_late(int others, const std::string& program, serve::After after,
                          const std::vector<sasl::Question>& questions) {
  const Directory directory;
  const auto fifo = directory.path() + "/fifo";
  const auto heard = directory.path() + "/heard";
  EXPECT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  auto failures = serve::Failures::make(3, 600).value();
  serve::LoginTerms terms = {{make_checker(directory, "FIFO=" + fifo + "; exec >" + heard + "; " + program)}};
  terms.peer = "192.0.2.1";
  terms.failures = &failures;
  auto sockets = fs::packet_sockets().value();
  std::thread watcher([&] {
    const auto process = serve::watch(terms, sockets.first.get(), after);
    EXPECT_TRUE(process && (*process == 0 || proc::wait(*process)));
  });
  const int talker = sockets.second.get();
  char answer[100];
  ssize_t got = 0;
  for (const auto& question : questions) {
    EXPECT_TRUE(got == 0 || answer[0] == 'y');
    const auto text = serve::to_request(question, "pending");
    EXPECT_GT(send(talker, text.data(), text.size(), 0), 0);
    if (&question == &questions.back()) {
      // It is at work when it reads.
      std::ofstream go(fifo);
      for (int i = 0; i < others; ++i) failures.add("192.0.2.1", seconds());
      go << std::endl;
    }
    got = recv(talker, answer, sizeof answer, 0);
  }
  sockets.second.reset();
  watcher.join();
  std::stringstream all;
  all << std::string_view(answer, static_cast<std::size_t>(got > 0 ? got : 0)) << ' '
      << std::ifstream(heard).rdbuf();
  return all.str();
}

TEST(LoginWatch, GuessesAtOnceAreNoMoreThanThereMayBe) {
  using serve::After;
  const auto password = [](int others, const std::string& end, After after) {
    return answered_late(others, "read go <$FIFO; " + end, after, {{About::password, "bob", "guess"}});
  };
  EXPECT_EQ(password(2, "exit 0", After::return_here), "y ");
  EXPECT_EQ(password(3, "exit 0", After::return_here), "b ");
  EXPECT_EQ(password(2, "exit 77", After::return_here), "n ");
  EXPECT_EQ(password(3, "exit 77", After::return_here), "b ");
  EXPECT_EQ(password(2, "exit 69", After::return_here), "e ");
  EXPECT_EQ(password(3, "exit 69", After::return_here), "b ");
  const std::string begins = "printf y >&4; cat <&4";
  EXPECT_EQ(password(2, begins, After::session), "y +pending");
  EXPECT_EQ(password(3, begins, After::session), "b ");
  const std::string scram =
      "read -rd '' name <&3; echo 1,salt >&3; read -rd '' message <&3; read -rd '' proof <&3; read go "
      "<$FIFO; "
      "echo signature >&3";
  EXPECT_EQ(answered_late(2, scram, After::return_here, {salt, right}), "ysignature ");
  EXPECT_EQ(answered_late(3, scram, After::return_here, {salt, right}), "b ");
}

/// What is answered to a login whose session says `said` of whose it is, and then nothing for as long as it
/// is waited for.
std::string answered_to(const std::string& said) {
  const Directory directory;
  const auto fifo = directory.path() + "/fifo";
  EXPECT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const serve::LoginTerms terms = {{make_checker(
      directory, "trap '' PIPE; printf y >&4; cat <&4 >/dev/null; " + said + " >&4; read go <" + fifo)}};
  auto sockets = fs::packet_sockets().value();
  std::thread watcher([&] {
    const auto process = serve::watch(terms, sockets.first.get(), serve::After::session);
    EXPECT_TRUE(process && proc::wait(*process));
  });
  const auto text = serve::to_request({About::password, "bob", "right"}, "");
  EXPECT_GT(send(sockets.second.get(), text.data(), text.size(), 0), 0);
  pollfd asked = {sockets.second.get(), POLLIN, 0};
  std::string out(6000, '\0');
  const bool came = poll(&asked, 1, 20'000) == 1;
  const ssize_t got = came ? recv(sockets.second.get(), out.data(), out.size(), 0) : 0;
  std::ofstream(fifo) << std::endl;
  watcher.join();
  out.resize(static_cast<std::size_t>(got > 0 ? got : 0));
  return out;
}

TEST(LoginWatch, WhoseTheSessionIsIsNotWaitedForWithoutEnd) {
  EXPECT_EQ(answered_to("echo bob"), "ybob");
  EXPECT_EQ(answered_to("true"), "y");
  EXPECT_EQ(answered_to("printf half"), "y");
  EXPECT_EQ(answered_to("printf %05000d"), "y");
}

TEST(LoginWatch, WhoEndsByALieHasGuessedWhatHeBegan) {
  const Directory directory;
  auto failures = serve::Failures::make(1, 600).value();
  serve::LoginTerms terms = {{make_checker(directory, checker)}, "192.0.2.1"};
  terms.failures = &failures;
  auto sockets = fs::packet_sockets().value();
  for (const auto& text : {serve::to_request(salt, ""), serve::tls_request(1)})
    EXPECT_GT(send(sockets.second.get(), text.data(), text.size(), 0), 0);
  EXPECT_FALSE(serve::watch(terms, sockets.first.get(), serve::After::return_here));
  EXPECT_TRUE(failures.too_many("192.0.2.1", seconds()));
}

// A talker that a client has taken over could guess at one user in the name of another.
TEST(LoginWatch, WhoIsGuessedAtIsLoggedWhateverTheTalkerSaysThatHeIsCalled) {
  const Directory directory;
  const serve::LoginTerms terms = {{make_checker(directory, checker)}, "192.0.2.1"};
  const struct {
    sasl::Question question;
    std::string_view line;
  } rows[] = {{{About::password, "bob", "wrong"}, "user=bob by=password"},
              {{About::password, "bob", "wrong", "", "bob"}, "user=bob by=password"},
              {{About::password, "bob", "wrong", "", "mary"}, "user=mary by=password for=bob"},
              {{About::salt, "bob", "", "", "mary"}, "user=mary by=scram for=bob"}};
  for (const auto& row : rows) {
    auto sockets = fs::packet_sockets().value();
    for (const auto& text : {serve::to_request(row.question, ""), serve::tls_request(1)})
      EXPECT_GT(send(sockets.second.get(), text.data(), text.size(), 0), 0);
    testing::internal::CaptureStderr();
    EXPECT_FALSE(serve::watch(terms, sockets.first.get(), serve::After::return_here));
    const auto log = testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find(" - login-refused peer=192.0.2.1 " + std::string(row.line) + "\n"), log.npos) << log;
  }
}

TEST(LoginWatch, AFailureIsAnsweredWhenItIsDueAndCounted) {
  auto failures = serve::Failures::make(2, 60).value();
  for (const bool counted : {false, true}) {
    const auto begun = std::chrono::steady_clock::now();
    const serve::LoginTerms terms = {
        {"/bin/false"}, "192.0.2.1", {}, std::chrono::milliseconds(50), &failures};
    EXPECT_TRUE(serve::guard_verifying(terms, [](const serve::Gate& gate) -> base::Result<int> {
      (void)gate.ask("bob", "wrong", "");
      _exit(0);
    }));
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(50));
    EXPECT_EQ(failures.too_many("192.0.2.1", seconds()), counted);
  }
}

}  // namespace
}  // namespace login_watch_test
