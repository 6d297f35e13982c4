#include "smtp/chunk.hpp"

#include <gtest/gtest.h>

namespace chunk_test {
namespace {

TEST(Chunk, TableAtEverySplit) {
  const struct {
    const char* octets;
    const char* wanted;
    bool bare;
    bool too_long;
  } rows[] = {
      {"", "", false, false},
      {"a\r\nb\r\n", "a\nb\n", false, false},
      {"a\r\n.\r\nb", "a\n.\nb\n", false, false},
      {"..\r\n\r\n", "..\n\n", false, false},
      {"a\nb\r\n", "ab\n", true, false},
      {"a\rb\r\n", "ab\n", true, false},
      {"a\r\r\n", "a\n", true, false},
      {"a\r", "a\n", true, false},
      {"1234567890\r\n", "1234567890\n", false, false},
      {"12345678901\r\n1", "12345678901\n1\n", false, true},
  };
  for (const auto& row : rows) {
    const std::string_view octets = row.octets;
    for (std::size_t split = 0; split <= octets.size(); ++split) {
      smtp::ChunkReader reader(10);
      std::string out;
      reader.update(octets.substr(0, split), out);
      reader.update(octets.substr(split), out);
      reader.finish(out);
      EXPECT_EQ(out, row.wanted) << row.octets;
      EXPECT_EQ(reader.bare_line_end(), row.bare) << row.octets;
      EXPECT_EQ(reader.line_too_long(), row.too_long) << row.octets;
    }
  }
}

}  // namespace
}  // namespace chunk_test
