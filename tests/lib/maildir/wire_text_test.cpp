#include "maildir/wire_text.hpp"

#include <gtest/gtest.h>

#include "fs/fd.hpp"
#include "temporary.hpp"

namespace wire_text_test {
namespace {

TEST(WireText, HasTheLineEndsOfTheWire) {
  const std::string filler(64 * 1024 - 1, 'x');  // so that a chunk ends behind one more
  const struct {
    std::string file, wire, header;
  } rows[] = {
      {"", "", ""},
      {"A: b\n\nx\n", "A: b\r\n\r\nx\r\n", "A: b\r\n\r\n"},
      {"A: b\r\n\r\nx", "A: b\r\n\r\nx", "A: b\r\n\r\n"},
      {"A: b\r\n\nx\n", "A: b\r\n\r\nx\r\n", "A: b\r\n\r\n"},
      {"A: b\n", "A: b\r\n", "A: b\r\n"},
      {"\nA: b\n\n", "\r\nA: b\r\n\r\n", "\r\n"},
      {"a\rb\n\r\n\r", "a\rb\r\n\r\n\r", "a\rb\r\n\r\n"},
      {filler + "\r\nx\n\n", filler + "\r\nx\r\n\r\n", filler + "\r\nx\r\n\r\n"},
      {filler + "x\n\n", filler + "x\r\n\r\n", filler + "x\r\n\r\n"},
      {filler + "\n\ny\n", filler + "\r\n\r\ny\r\n", filler + "\r\n\r\n"},
  };
  const Temporary site;
  for (const auto& row : rows) {
    site.put("file", row.file);
    const auto open = [&] { return fs::open(site.box() + "/file", O_RDONLY).value(); };
    EXPECT_EQ(maildir::read_wire(open().get()).value(), row.wire) << &row - rows;
    EXPECT_EQ(maildir::read_header(open().get()).value(), row.header) << &row - rows;
    EXPECT_EQ(maildir::count_wire(open().get()).value(), row.wire.size()) << &row - rows;
  }
}

TEST(WireText, ChunksComeUntilOneIsEnough) {
  const Temporary site;
  site.put("file", std::string(200'000, 'x'));
  const auto file = fs::open(site.box() + "/file", O_RDONLY).value();
  std::size_t calls = 0, octets = 0;
  const auto use = [&](std::string_view chunk) -> base::Result<bool> {
    octets += chunk.size();
    return ++calls < 2;
  };
  ASSERT_TRUE(maildir::each_chunk(file.get(), use));
  EXPECT_EQ(calls, 2u);
  calls = 2;
  ASSERT_TRUE(maildir::each_chunk(file.get(), [&](std::string_view chunk) -> base::Result<bool> {
    octets += chunk.size();
    return true;
  }));
  EXPECT_EQ(octets, 200'000u);
  EXPECT_FALSE(maildir::count_wire(-1));
}

}  // namespace
}  // namespace wire_text_test
