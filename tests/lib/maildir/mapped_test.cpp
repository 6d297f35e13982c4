#include "maildir/mapped.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "fs/fd.hpp"
#include "temporary.hpp"

namespace mapped_test {
namespace {

using maildir::Mapped;

struct Site {
  Temporary temporary;
  std::string path = temporary.box() + "/file";
  fs::Fd file;
  explicit Site(const std::string& text) {
    temporary.put("file", text);
    file = fs::open(path, O_RDWR).value();
  }
};

TEST(Mapped, IsTheBeginningOfTheFile) {
  const Site site("one two three");
  EXPECT_EQ(Mapped::of(site.file.get(), 7, "x")->text(), "one two");
  EXPECT_EQ(Mapped::of(site.file.get(), 13, "x")->text(), "one two three");
  EXPECT_EQ(Mapped::of(site.file.get(), 0, "x")->text(), "");
}

TEST(Mapped, AFileThatIsTooShortIsNamed) {
  const Site site("one");
  const auto done = Mapped::of(site.file.get(), 4, site.path);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::Exit::data);
  EXPECT_NE(done.error().what.find(site.path), std::string::npos);
  EXPECT_FALSE(Mapped::of(-1, 1, "x"));
}

TEST(Mapped, IsMovedAndNotCopied) {
  const Site site("one");
  auto first = Mapped::of(site.file.get(), 3, "x").value();
  Mapped second(std::move(first));
  EXPECT_EQ(second.text(), "one");
  Mapped third;
  third = std::move(second);
  EXPECT_EQ(third.text(), "one");
  EXPECT_EQ(Mapped().text(), "");
}

TEST(Mapped, OutlivesTheDescriptorAndComesBackAfterARest) {
  Site site(std::string(100'000, 'x'));
  const auto mapped = Mapped::of(site.file.get(), 100'000, "x").value();
  site.file = fs::Fd();
  mapped.rest();
  EXPECT_EQ(mapped.text(), std::string(100'000, 'x'));
  Mapped().rest();
}

TEST(Mapped, ShowsWhatAnotherWritesInPlace) {
  const Site site("one two");
  const auto mapped = Mapped::of(site.file.get(), 7, "x").value();
  ASSERT_TRUE(fs::write_all_at(site.file.get(), "ONE", 0));
  EXPECT_EQ(mapped.text(), "ONE two");
}

TEST(Mapped, WhatIsCutIsZerosAndNoSignal) {
  const Site site(std::string(10'000, 'x'));
  auto mapped = Mapped::of(site.file.get(), 10'000, "x").value();
  ASSERT_EQ(ftruncate(site.file.get(), 0), 0);
  EXPECT_FALSE(mapped.is_cut());
  const Mapped moved = std::move(mapped);
  EXPECT_EQ(moved.text()[9'000], 0);
  EXPECT_TRUE(moved.is_cut());
  EXPECT_FALSE(Mapped().is_cut());
}

}  // namespace
}  // namespace mapped_test
