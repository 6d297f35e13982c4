#include "serve/decode.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "fs/mapping.hpp"
#include "fs/stream.hpp"

namespace {

using serve::Undo;

const std::string_view message =
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9\r\nau lait\r\n--b\r\nContent-Type: a/b; "
    "name=x y\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nZm9v*\r\n--b--\r\n";

/// What `work` writes.
template <class Work>
std::string written(Work work) {
  const auto file = fs::temporary_file();
  EXPECT_TRUE(work(file->get()));
  const auto mapping = fs::Mapping::open("/proc/self/fd/" + std::to_string(file->get()));
  return std::string(mapping->text());
}

std::string part(serve::Decode& decode, std::string_view number, Undo undo) {
  return written([&](int output) { return decode.write_part(number, undo, output); });
}

TEST(Decode, UndoesAsMuchAsIsWanted) {
  auto decode = serve::Decode::open(message);
  ASSERT_TRUE(decode);
  EXPECT_EQ(part(*decode, "1", Undo::all), "caf\xC3\xA9\nau lait");
  EXPECT_EQ(part(*decode, "1", Undo::file), "caf\xE9\nau lait");
  EXPECT_EQ(part(*decode, "1", Undo::encoding), "caf\xE9\r\nau lait");
  EXPECT_EQ(part(*decode, "1", Undo::nothing), "caf=E9\r\nau lait");
  EXPECT_FALSE(decode->damaged());
  EXPECT_EQ(part(*decode, "2", Undo::all), "foo");
  EXPECT_TRUE(decode->damaged());
}

TEST(Decode, SaysWhatIsMissing) {
  EXPECT_EQ(serve::Decode::open("no field").error().code, base::Exit::data);
  auto decode = serve::Decode::open(message);
  for (const char* number : {"", "3", "1.1", "x"}) {
    EXPECT_EQ(decode->write_part(number, Undo::all, 1).error().code, base::Exit::data) << number;
  }
  auto plain = serve::Decode::open("Subject: x\n\ny\n");
  EXPECT_EQ(plain->extract("/tmp", {}, 1).error().code, base::Exit::data);
}

TEST(Decode, ShowsTheTree) {
  auto decode = serve::Decode::open(message);
  const auto tree = written([&](int output) { return decode->show_tree(output); });
  EXPECT_NE(tree.find("\n1       text/plain                  iso-8859-1          13\n"), std::string::npos)
      << tree;
  EXPECT_NE(tree.find("\n2       a/b                         -                    3 x y\n"),
            std::string::npos)
      << tree;
  EXPECT_TRUE(decode->damaged());
}

TEST(Decode, Extracts) {
  std::string directory = testing::TempDir() + "decode-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  auto decode = serve::Decode::open(message);
  const auto list = written([&](int output) { return decode->extract(directory, {}, output); });
  EXPECT_EQ(list, "2       x y\n");
  EXPECT_EQ(*fs::read_all(directory + "/x y", 100), "foo");
  EXPECT_EQ(unlink((directory + "/x y").c_str()), 0);
  EXPECT_EQ(rmdir(directory.c_str()), 0);
}

}  // namespace
