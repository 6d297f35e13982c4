#include "mime/extension.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Extension, Table) {
  const struct {
    const char* found;
    const char* name;
    const char* wanted;
  } rows[] = {
      {"image/png", "a.jpg", "image/png"},
      {"text/plain", "a.csv", "text/csv"},
      {"text/plain", "a.png", "text/plain"},
      {"text/plain", "README", "text/plain"},
      {"application/zip", "a.DOCX",
       "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"application/octet-stream", "a.mp3", "audio/mpeg"},
      {"application/octet-stream", "a.xyz", "application/octet-stream"},
      {"", "a.pdf", "application/pdf"},
      {"", "a", "application/octet-stream"},
      {"inode/x-empty", "empty", "application/octet-stream"},
      {"text/html", "a.txt", "text/html"},
  };
  for (const auto& row : rows) EXPECT_EQ(mime::better_type(row.found, row.name), row.wanted) << row.name;
}

TEST(Extension, OfAType) {
  EXPECT_EQ(mime::extension_of_type("text/plain"), ".txt");
  EXPECT_EQ(mime::extension_of_type("x/y"), ".bin");
}

}  // namespace
