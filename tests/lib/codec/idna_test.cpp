#include "codec/idna.hpp"

#include <gtest/gtest.h>

namespace idna_test {
namespace {

TEST(Idna, Table) {
  const struct {
    const char* domain;
    const char* wanted;  // empty: none
  } rows[] = {
      {"example.test", "example.test"},
      {"EXAMPLE.Test", "example.test"},
      {"b\xC3\xBC"
       "cher.example",
       "xn--bcher-kva.example"},
      {"B\xC3\x9C"
       "CHER.example",
       "xn--bcher-kva.example"},
      {"fa\xC3\x9F.de", "xn--fa-hia.de"},
      {"\xE4\xBE\x8B\xE5\xAD\x90.\xE6\xB5\x8B\xE8\xAF\x95", "xn--fsqu00a.xn--0zwm56d"},
      {"", ""},
      {"a b.test", ""},
      {"caf\xE9.test", ""},
      {"-a.test", ""},
      // What names may not hold is not left out of them: U+FF20, U+FF3F, U+2260.
      {"ex\xEF\xBC\xA0"
       "ample.test",
       ""},
      {"a\xEF\xBC\xBF"
       "b.test",
       ""},
      {"a\xE2\x89\xA0.test", ""},
  };
  for (const auto& row : rows) {
    const auto found = codec::idna_to_ascii(row.domain);
    EXPECT_EQ(found ? *found : "", row.wanted) << row.domain;
  }
  EXPECT_FALSE(codec::idna_to_ascii(std::string(300, 'a')));
}

TEST(Idna, NamesInFilesOfTheSite) {
  const std::pair<const char*, const char*> rows[] = {{".B\xC3\xBC"
                                                       "cher.example",
                                                       ".xn--bcher-kva.example"},
                                                      {"EXAMPLE.test", "example.test"},
                                                      {".example.test", ".example.test"},
                                                      {"_a.test", "_a.test"},
                                                      {"[192.0.2.1]", "[192.0.2.1]"},
                                                      {"a b.test", ""},
                                                      {"\xFF.test", ""},
                                                      {"a/b", ""},
                                                      {"", ""}};
  for (const auto& [text, wanted] : rows) {
    const auto found = codec::idna_pattern(text);
    EXPECT_EQ(found ? *found : "", wanted) << text;
  }
}

}  // namespace
}  // namespace idna_test
