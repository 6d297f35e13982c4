#include "serve/pop3_maildrop.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "talk.hpp"

namespace pop3_maildrop_test {
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
    auto drop = serve::Pop3Maildrop::take(box.path).value();
    ASSERT_EQ(drop.count(), 5u);
    EXPECT_EQ(drop.size(0), 8u);
    EXPECT_EQ(drop.size(1), 8u);
    EXPECT_EQ(drop.size(2), 99u);
    EXPECT_EQ(drop.size(3), 0u);
    EXPECT_EQ(drop.size(4), 2u + 128 * 1024 - 2 + 2 + 128 * 1024 - 1 + 2);
  }
}

TEST(Pop3Maildrop, TwoFilesOfOneNameAreTwoMessages) {
  const Box box;
  box.put("cur/1.a:2,S", "one\n");
  box.put("cur/1.a:2,", "other\n");
  box.put("new/1.a", "one\n");
  auto drop = serve::Pop3Maildrop::take(box.path).value();
  ASSERT_EQ(drop.count(), 2u);
  EXPECT_EQ(drop.size(0) + drop.size(1), 5u + 7u);
  EXPECT_NE(drop.uid(0), drop.uid(1));
  auto again = serve::Pop3Maildrop::take(box.path).value();
  EXPECT_EQ(again.uid(0) + again.uid(1), drop.uid(0) + drop.uid(1));
}

TEST(Pop3Maildrop, MbsyncsMarkIsNoPartOfAnIdentifier) {
  const Box box;
  for (const char* name : {"cur/1.a,U=12:2,S", "cur/2.b,U=3,S=2:2,", "cur/3.c,U=x:2,", "cur/4.d"})
    box.put(name, "x\n");
  auto drop = serve::Pop3Maildrop::take(box.path).value();
  EXPECT_EQ(drop.uid(0), "1.a");
  EXPECT_EQ(drop.uid(1), "2.b,S=2");
  EXPECT_EQ(drop.uid(2), "3.c,U=x");
  EXPECT_EQ(drop.uid(3), "4.d");
}

TEST(Pop3Maildrop, RemovesWhatWasRenamedToo) {
  const Box box;
  box.put("new/1", "x\n");
  box.put("new/2", "x\n");
  auto drop = serve::Pop3Maildrop::take(box.path).value();
  std::filesystem::rename(box.path + "/new/1", box.path + "/cur/1:2,S");
  std::filesystem::remove(box.path + "/new/2");
  EXPECT_TRUE(drop.remove({0, 1}));
  EXPECT_TRUE(std::filesystem::is_empty(box.path + "/cur"));
}

/// The Maildir as it is, never at rest.
maildir::Lister restless(const std::string& path) {
  return [path]() -> base::Result<maildir::Listing> {
    TRY_ASSIGN(auto out, maildir::list(path, 0));
    out.steady = false;
    return out;
  };
}

TEST(Pop3Maildrop, WhatMayStillBeThereIsNotSaidToBeGone) {
  const Box box;
  box.put("cur/1:2,", "x\n");
  auto drop = serve::Pop3Maildrop::take(box.path, restless(box.path)).value();
  ASSERT_EQ(drop.count(), 1u);
  std::filesystem::rename(box.path + "/cur/1:2,", box.path + "/elsewhere");
  EXPECT_EQ(drop.open(0).error().code, base::Exit::temporary);
  EXPECT_FALSE(drop.remove({0}));
  auto other = serve::Pop3Maildrop::take(box.path, maildir::looks_at(box.path)).value();
  EXPECT_EQ(other.count(), 0u);
}

TEST(Pop3Maildrop, AMessageThatOneLookMissesIsThere) {
  const Box box;
  box.put("cur/1:2,", "x\n");
  box.put("cur/2:2,", "x\n");
  int looks = 0;
  const auto look = [&]() -> base::Result<maildir::Listing> {
    TRY_ASSIGN(auto out, maildir::list(box.path, 0));
    out.steady = false;
    if (looks++ % 2 == 0) {
      out.files.erase(out.files.begin());
    } else {
      out.files.pop_back();
    }
    return out;
  };
  EXPECT_EQ(serve::Pop3Maildrop::take(box.path, look).value().count(), 2u);
}

TEST(Pop3Maildrop, TheQuotaCountsOutWhatThisSessionRemoved) {
  const Box box;
  box.put("maildirsize", "1000S\n6 3\n");
  for (const char* name : {"new/1", "new/2", "new/3,S=2"}) box.put(name, "x\n");
  auto drop = serve::Pop3Maildrop::take(box.path).value();
  std::filesystem::rename(box.path + "/new/1", box.path + "/cur/1:2,S");
  std::filesystem::remove(box.path + "/new/3,S=2");
  EXPECT_TRUE(drop.remove({0, 1, 2}));
  std::ifstream file(box.path + "/maildirsize");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "1000S\n6 3\n-4 -2\n");
}

}  // namespace
}  // namespace pop3_maildrop_test
