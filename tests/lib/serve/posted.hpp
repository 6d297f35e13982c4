// A message for bob on its way to him, and a home of his.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "auth/accounts.hpp"
#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "serve/letter.hpp"
#include "talk.hpp"

struct Posted {
  explicit Posted(const std::string& text = "Subject: x\n\ntext\n");

  /// A file in the home that belongs to bob.
  void put(const std::string& name, const std::string& text, mode_t mode = 0600);
  std::string got(const std::string& name) const;

  Directory home;
  fs::Fd file;
  serve::Letter letter;
  auth::Account account{getuid(), getgid(), home.path()};
};
