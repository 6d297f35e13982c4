// A message for bob on its way to him, and a home of his.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "auth/accounts.hpp"
#include "fs/stream.hpp"
#include "serve/letter.hpp"
#include "talk.hpp"

struct Posted {
  explicit Posted(const std::string& text = "Subject: x\n\ntext\n") : file(fs::temporary_file().value()) {
    EXPECT_TRUE(fs::write_all(file.get(), "before" + text + "behind"));
    letter.file = file.get();
    letter.offset = 6;
    letter.length = text.size();
    letter.id = "id";
    letter.sender = "a@b.test";
    letter.recipient = "bob@example.test";
    letter.user = "bob";
    letter.home = home.path();
    letter.hostname = "mx.test";
    if (geteuid() != 0) return;
    account.uid = account.gid = 65534;
    EXPECT_EQ(chown(home.path().c_str(), account.uid, account.gid), 0);
  }

  /// A file in the home that belongs to bob.
  void put(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const auto path = home.path() + "/" + name;
    std::ofstream(path) << text;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_EQ(chown(path.c_str(), account.uid, account.gid), 0);
  }
  std::string got(const std::string& name) const {
    const auto text = fs::read_all(home.path() + "/" + name, 1 << 20);
    return text ? *text : "! " + text.error().what;
  }

  Directory home;
  fs::Fd file;
  serve::Letter letter;
  auth::Account account{getuid(), getgid(), home.path()};
};
