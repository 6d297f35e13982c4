#include "fs/mapping.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "fs/stream.hpp"

namespace mapping_test {
namespace {

std::string path_of(const fs::Fd& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

TEST(Mapping, ShowsTheWholeFile) {
  const auto file = fs::temporary_file();
  ASSERT_TRUE(file);
  const std::string text(100'000, 'x');
  ASSERT_TRUE(fs::write_all(file->get(), text));
  auto mapping = fs::Mapping::open(path_of(*file));
  ASSERT_TRUE(mapping) << mapping.error().what;
  const auto moved = std::move(*mapping);
  EXPECT_EQ(moved.text(), text);
}

TEST(Mapping, TakesEmptyFilesAndPipes) {
  EXPECT_EQ(fs::Mapping::open("/dev/null")->text(), "");
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const fs::Fd out(ends[0]);
  fs::Fd in(ends[1]);
  ASSERT_TRUE(fs::write_all(in.get(), "from a pipe"));
  const auto path = path_of(out);
  in.reset();
  EXPECT_EQ(fs::Mapping::open(path)->text(), "from a pipe");
}

TEST(Mapping, RefusesDirectoriesAndWhatIsMissing) {
  for (const char* path : {"/", "/nonexistent/file"}) {
    const auto mapping = fs::Mapping::open(path);
    ASSERT_FALSE(mapping) << path;
    EXPECT_EQ(mapping.error().code, base::Exit::no_input);
  }
}

}  // namespace
}  // namespace mapping_test
