#include "posted.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "fs/stream.hpp"

Posted::Posted(const std::string& text) : file(fs::temporary_file().value()) {
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

void Posted::put(const std::string& name, const std::string& text, mode_t mode) {
  const auto path = home.path() + "/" + name;
  std::ofstream(path) << text;
  EXPECT_EQ(chmod(path.c_str(), mode), 0);
  EXPECT_EQ(chown(path.c_str(), account.uid, account.gid), 0);
}

std::string Posted::got(const std::string& name) const {
  const auto text = fs::read_all(home.path() + "/" + name, 1 << 20);
  return text ? *text : "! " + text.error().what;
}
