#include "serve/filter_helper.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fs/stream.hpp"

namespace filter_helper_test {
namespace {

/// What a helper with one filter answers to these requests.
std::vector<std::string> answers(const char* script, const std::vector<std::string>& requests) {
  const serve::FilterRules rules = {{{"/bin/sh", "-c", script}}, 60, 1 << 20};
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) std::abort();
  const auto before = fs::temporary_file().value();
  const auto after = fs::temporary_file().value();
  if (!fs::write_all(before.get(), "x\n")) std::abort();
  for (const auto& request : requests) {
    if (send(ends[0], request.data(), request.size(), 0) < 0) std::abort();
  }
  shutdown(ends[0], SHUT_WR);
  // It returns when nobody asks any more; the kernel's limit on files is for the process that it is in.
  const pid_t pid = fork();
  if (pid == 0) {
    serve::help_with_filters(rules, ends[1], before.get(), after.get());
    _exit(0);
  }
  close(ends[1]);
  std::vector<std::string> out;
  char answer[1024];
  for (ssize_t got = 0; (got = recv(ends[0], answer, sizeof answer, 0)) > 0;)
    out.emplace_back(answer, static_cast<std::size_t>(got));
  close(ends[0]);
  return out;
}

using Answers = std::vector<std::string>;

TEST(FilterHelper, AnswersEachRequestUntilNobodyAsks) {
  const auto request = serve::to_request({"a@b.test", {"bob"}, "", "", "", "id", ""}).value();
  EXPECT_EQ(answers("exec cat", {request, request}), (Answers{"y", "y"}));
  EXPECT_EQ(answers("echo \"$QUEUE_ID $SENDER $RECIPIENT\" >&2; exit 77", {request}),
            Answers{"nid a@b.test bob"});
  EXPECT_EQ(answers("exec cat", {}), Answers());
}

TEST(FilterHelper, WhatIsNoRequestIsForLater) {
  EXPECT_EQ(answers("exec cat", {"nonsense"}), Answers{"t"});
}

}  // namespace
}  // namespace filter_helper_test
