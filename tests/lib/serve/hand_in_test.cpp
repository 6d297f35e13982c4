#include "serve/hand_in.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "fs/fd.hpp"
#include "talk.hpp"

namespace hand_in_test {
namespace {

std::string script(const Directory& directory, const std::string& end) {
  const auto path = directory.path() + "/sendmail";
  std::ofstream(path) << "#!/bin/sh\n{ for one in \"$@\"; do echo \"$one\"; done; cat; } >"
                      << directory.path() << "/got\n"
                      << end << "\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

TEST(HandIn, TheMessageItsRecipientAndNoSender) {
  const Directory directory;
  ASSERT_TRUE(serve::hand_in({script(directory, ""), "/etc/conf"}, "Subject: x\n\ny\n", "-a@b.test"));
  EXPECT_EQ(fs::read_all(directory.path() + "/got", 1000).value(),
            "-i\n-f\n<>\n--config=/etc/conf\n--\n-a@b.test\nSubject: x\n\ny\n");
}

TEST(HandIn, WhatIsNotTakenMayBeLater) {
  const Directory directory;
  EXPECT_EQ(serve::hand_in({script(directory, "exit 67"), ""}, "x", "a@b.test").error().code,
            base::Exit::temporary);
  EXPECT_EQ(serve::hand_in({directory.path() + "/none", ""}, "x", "a@b.test").error().code,
            base::Exit::temporary);
}

}  // namespace
}  // namespace hand_in_test
