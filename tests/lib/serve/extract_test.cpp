#include "serve/extract.hpp"

#include <unistd.h>

#include "decoded_message.hpp"

namespace extract_test {
namespace {

TEST(Extract, ExtractsWhatIsSelected) {
  std::string directory = testing::TempDir() + "decode-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const auto message = serve::Message::open("m", text);
  serve::Selectors wanted({"application/*"});
  const auto parts = wanted.choose(*message);
  EXPECT_FALSE(wanted.all_meant("m").has_error());
  const auto opened = fs::open(directory, O_RDONLY | O_DIRECTORY);
  serve::Directory place{opened->get(), {}};
  const auto extract = [&](fs::Output& out) { return serve::extract(*message, parts, place, out); };
  EXPECT_EQ(written(extract).first, "2       x y\n");
  EXPECT_EQ(written(extract).first, "2       x y~2\n");
  EXPECT_EQ(*fs::read_all(directory + "/x y", 100), "foo");
  EXPECT_EQ(place.taken.at("x y"), 2u);
  EXPECT_EQ(unlink((directory + "/x y").c_str()), 0);
  EXPECT_EQ(unlink((directory + "/x y~2").c_str()), 0);
  EXPECT_EQ(rmdir(directory.c_str()), 0);
  serve::Selectors absent({"application/*", "*.pdf"});
  EXPECT_EQ(absent.choose(*message).size(), 1u);
  EXPECT_EQ(absent.all_meant("m").error().what, "m: no part is '*.pdf'");
}

TEST(Extract, SelectorsAndFiles) {
  const struct {
    const char* argument;
    bool exists;
    bool wanted;
  } rows[] = {{"1", true, true},       {"1.2", false, true},       {"TEXT", false, true},
              {"2.TEXT", false, true}, {"1u1", false, true},       {"*.pdf", false, true},
              {"*.pdf", true, false},  {"image/png", false, true}, {"image/png", true, false},
              {"a.pdf", false, true},  {"a.pdf", true, false},     {"dir/none", false, false},
              {"./1", true, false}};
  for (const auto& row : rows)
    EXPECT_EQ(serve::is_selector(row.argument, row.exists), row.wanted) << row.argument;
}

}  // namespace
}  // namespace extract_test
