#include "serve/pop3_maildrop.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "talk.hpp"

namespace {

struct Box {
  Directory directory;
  std::string path = directory.path();
  Box() {
    for (const char* part : {"/new", "/cur", "/tmp"}) std::filesystem::create_directory(path + part);
  }
  void put(const std::string& name, std::string_view text) const { std::ofstream(path + "/" + name) << text; }
};

TEST(Pop3Maildrop, SizesAreThoseOfTheWire) {
  const Box box;
  box.put("new/1", "a\n\nb\n");
  box.put("cur/2:2,S", "a\r\n\r\nb\r\n");
  box.put("cur/3,W=99:2,S", "a\n");
  box.put("cur/4:2,S", "");
  box.put("cur/5:2,S",
          "\n" + std::string(128 * 1024 - 2, 'x') + "\r\n" + std::string(128 * 1024 - 1, 'y') + "\n");
  for (int time = 0; time < 2; ++time) {
    const auto drop = serve::Pop3Maildrop::take(box.path).value();
    ASSERT_EQ(drop.count(), 5u);
    EXPECT_EQ(drop.size(0), 8u);
    EXPECT_EQ(drop.size(1), 8u);
    EXPECT_EQ(drop.size(2), 99u);
    EXPECT_EQ(drop.size(3), 0u);
    EXPECT_EQ(drop.size(4), 2u + 128 * 1024 - 2 + 2 + 128 * 1024 - 1 + 2);
  }
}

TEST(Pop3Maildrop, MbsyncsMarkIsNoPartOfAnIdentifier) {
  const Box box;
  for (const char* name : {"cur/1.a,U=12:2,S", "cur/2.b,U=3,S=2:2,", "cur/3.c,U=x:2,", "cur/4.d"})
    box.put(name, "x\n");
  const auto drop = serve::Pop3Maildrop::take(box.path).value();
  EXPECT_EQ(drop.uid(0), "1.a");
  EXPECT_EQ(drop.uid(1), "2.b,S=2");
  EXPECT_EQ(drop.uid(2), "3.c,U=x");
  EXPECT_EQ(drop.uid(3), "4.d");
}

TEST(Pop3Maildrop, RemovesWhatWasRenamedToo) {
  const Box box;
  box.put("new/1", "x\n");
  box.put("new/2", "x\n");
  const auto drop = serve::Pop3Maildrop::take(box.path).value();
  std::filesystem::rename(box.path + "/new/1", box.path + "/cur/1:2,S");
  std::filesystem::remove(box.path + "/new/2");
  EXPECT_TRUE(drop.remove({0, 1}));
  EXPECT_TRUE(std::filesystem::is_empty(box.path + "/cur"));
}

}  // namespace
