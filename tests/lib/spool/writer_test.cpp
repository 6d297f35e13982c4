#include "spool/writer.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace writer_test {
namespace {

namespace stdfs = std::filesystem;

struct Spool {
  std::string path;
  Spool() {
    char name[] = "/tmp/writer_test.XXXXXX";
    path = mkdtemp(name);
    for (const char c : std::string("0123456789abcdef")) stdfs::create_directories(path + "/queue/" + c);
  }
  ~Spool() { stdfs::remove_all(path); }
  std::string text() const {
    std::string out;
    for (const auto& entry : stdfs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) out += fs::read_all(entry.path().string(), 1 << 20).value();
    }
    return out;
  }
};

constexpr std::uint64_t now = 1'700'000'000'000'000;

TEST(Writer, ACommittedMessageStaysWithItsLength) {
  const Spool spool;
  {
    auto writer = spool::Writer::create(spool.path, now, "a@b.test", {"c@d.test"});
    ASSERT_TRUE(writer) << writer.error().what;
    ASSERT_TRUE(writer->write("Subject: x\n\n"));
    ASSERT_TRUE(writer->write("body\n"));
    ASSERT_TRUE(writer->commit());
  }
  const auto text = spool.text();
  EXPECT_NE(text.find("\n\nSubject: x\n\nbody\n"), text.npos);
  EXPECT_NE(text.find("length: 00000000000000000017 "), text.npos);
  EXPECT_NE(text.find("from: <a@b.test>\nto: todo <c@d.test>\n"), text.npos);
}

TEST(Writer, AHeadThatNoReaderWouldReadToItsEndIsRefused) {
  const Spool spool;
  const std::vector<std::string> many(10'000, std::string(100, 'x') + "@d.test");
  const auto writer = spool::Writer::create(spool.path, now, "a@b.test", many);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, base::Exit::data);
  EXPECT_EQ(spool.text(), "");
}

TEST(Writer, WhatWasNotCommittedIsGone) {
  const Spool spool;
  {
    auto writer = spool::Writer::create(spool.path, now, "", {"c@d.test"});
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write("half"));
  }
  EXPECT_EQ(spool.text(), "");
}

TEST(Writer, NeedsARecipientAndASpool) {
  const Spool spool;
  EXPECT_EQ(spool::Writer::create(spool.path, now, "", {}).error().code, base::Exit::data);
  EXPECT_FALSE(spool::Writer::create(spool.path + "/missing", now, "", {"c@d.test"}));
}

}  // namespace
}  // namespace writer_test
