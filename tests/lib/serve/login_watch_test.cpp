#include "serve/login_watch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "talk.hpp"

namespace {

using About = sasl::Question::About;

TEST(LoginWatch, QuestionsAndAnswersArriveAsTheyWere) {
  for (const auto about : {About::password, About::token, About::certificate, About::salt, About::proof,
                           About::digest, About::session}) {
    const auto out =
        serve::from_request(serve::to_request({about, "bob", "secret", "proof"}, "pend\0ing")).value();
    EXPECT_EQ(out.question.about, about);
    EXPECT_EQ(out.question.name + "/" + out.question.secret + "/" + out.question.proof, "bob/secret/proof");
    EXPECT_EQ(out.pending, "pend\0ing");
  }
  for (const char* bad : {"", "p", "pbob", "zbob"}) EXPECT_FALSE(serve::from_request(bad));
  const auto answer = serve::from_answer(serve::to_answer({sasl::Verdict::granted, "text"}));
  EXPECT_EQ(answer.verdict, sasl::Verdict::granted);
  EXPECT_EQ(answer.text, "text");
  EXPECT_EQ(serve::from_answer("").verdict, sasl::Verdict::temporary);
}

// Stands for check-password: the conversation of auth/request.hpp with one proof that is right.
constexpr const char* checker = R"(#!/bin/bash
case $1 in
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

/// What is answered to each question, in a process of its own as it would be.
std::string answers(const std::vector<sasl::Question>& questions, const std::string& identity = {},
                    const std::string& timestamp = {}) {
  const Directory directory;
  const auto program = directory.path() + "/check";
  std::ofstream(program) << checker;
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  serve::LoginTerms terms = {{program}};
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
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    EXPECT_EQ(failures.too_many(
                  "192.0.2.1",
                  static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count())),
              counted);
  }
}

}  // namespace
