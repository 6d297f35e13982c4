#include "mime/extension.hpp"

#include <gtest/gtest.h>

namespace extension_test {
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
      {"application/x-empty", "empty", "application/octet-stream"},
      {"application/x-empty", "empty.pdf", "application/pdf"},
      {"text/csv", "a.txt", "text/plain"},
      {"text/html", "a", "text/html"},
  };
  for (const auto& row : rows) EXPECT_EQ(mime::better_type(row.found, row.name), row.wanted) << row.name;
}

TEST(Extension, IsCertainWhereTheContentProvesIt) {
  const struct {
    std::string_view start;
    const char* name;
    const char* wanted;
  } rows[] = {
      {"hello\n", "a.txt", "text/plain"},
      {"caf\xC3\xA9\t\x1B$B\f\r\n", "a.csv", "text/csv"},
      {"cut inside caf\xC3", "a.txt", "text/plain"},
      {"cut inside \xF0\x9F\x98", "a.txt", "text/plain"},
      {"caf\xE9 au lait", "a.txt", ""},
      {{"nul\0", 4}, "a.txt", ""},
      {"hello\n", "README", ""},
      {"", "a.txt", ""},
      {"\x89PNG\r\n\x1A\n....", "a.png", "image/png"},
      {"\x89PNG\r\n\x1A\n....", "a.jpg", ""},
      {"\x89PNG", "a.png", ""},
      {"PK\3\4....", "a.odt", "application/vnd.oasis.opendocument.text"},
      {"PK\3\4....", "a.zip", ""},
      {"hello\n", "a.mp3", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(mime::certain_type(row.start, row.name), row.wanted) << row.start;
}

TEST(Extension, OfAType) {
  EXPECT_EQ(mime::extension_of_type("text/plain"), ".txt");
  EXPECT_EQ(mime::extension_of_type("x/y"), ".bin");
}

}  // namespace
}  // namespace extension_test
