#include "serve/compose_type.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "fs/stream.hpp"

namespace compose_type_test {
namespace {

std::string type_of(std::string_view content, const std::string& name, const serve::Identify& look) {
  const auto file = fs::temporary_file();
  EXPECT_TRUE(file);
  EXPECT_TRUE(fs::write_all(file->get(), content));
  const auto type = serve::type_of_file(file->get(), name, look);
  EXPECT_TRUE(type);
  return type ? *type : "?";
}

TEST(ComposeType, AsksOnlyWhereNameAndContentLeaveADoubt) {
  const auto asked = [](std::string_view start) { return "asked/" + std::to_string(start.size()); };
  EXPECT_EQ(type_of("hello\n", "a.txt", asked), "text/plain");
  EXPECT_EQ(type_of("%PDF-1.4\n", "a.PDF", asked), "application/pdf");
  EXPECT_EQ(type_of("hello\n", "a.pdf", asked), "asked/6");
  EXPECT_EQ(type_of("", "a.txt", asked), "asked/0");
  EXPECT_EQ(type_of(std::string(100'000, 'x'), "a", asked), "asked/65536");
}

TEST(ComposeType, LooksInAProcessOfItsOwn) {
  const auto own = getpid();
  EXPECT_EQ(type_of("x", "x", [&](std::string_view) { return getpid() == own ? "here" : "there"; }), "there");
  EXPECT_EQ(type_of("x", "x", [](std::string_view) -> std::string { std::abort(); }), "");
  EXPECT_EQ(type_of("x", "x", [](std::string_view) { return std::string(1 << 20, 'x'); }),
            std::string(4096, 'x'));
}

}  // namespace
}  // namespace compose_type_test
