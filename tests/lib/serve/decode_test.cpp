#include "serve/decode.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "serve/decode_text.hpp"
#include "serve/decode_tree.hpp"
#include "serve/examine.hpp"
#include "serve/extract.hpp"

namespace {

using serve::Undo;

const std::string_view text =
    "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\nFrom: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: "
    "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
    "charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9\r\nau lait\r\n--b\r\n"
    "Content-Type: application/b; name=\"x y\"\r\nContent-Transfer-Encoding: "
    "base64\r\n\r\nZm9v*\r\n--b--\r\n";

/// What `work` writes, and whether it found damage.
template <class Work>
std::pair<std::string, bool> written(Work work) {
  const auto file = fs::temporary_file();
  fs::Output out(file->get());
  const auto damaged = work(out);
  EXPECT_TRUE(damaged && out.flush());
  return {*fs::read_up_to(file->get(), 0, 100'000), damaged && *damaged};
}

TEST(Decode, UndoesAsMuchAsIsWanted) {
  const auto message = serve::Message::open("m", text);
  ASSERT_TRUE(message);
  const struct {
    const char* number;
    Undo undo;
    std::pair<std::string, bool> wanted;
  } rows[] = {
      {"1", Undo::all, {"caf\xC3\xA9\nau lait", false}},
      {"1", Undo::encoding, {"caf\xE9\r\nau lait", false}},
      {"1", Undo::nothing, {"caf=E9\r\nau lait", false}},
      {"2", Undo::all, {"foo", true}},
      {"2", Undo::nothing, {"Zm9v*", false}},
  };
  for (const auto& row : rows) {
    const auto* part = *message->find(row.number);
    EXPECT_EQ(written([&](fs::Output& out) { return write_part(*message, *part, row.undo, out); }),
              row.wanted)
        << row.number;
  }
  std::string file;
  ASSERT_TRUE(
      decode_file(*message, *message->find("1").value(), [&](std::string_view octets) -> base::Result<void> {
        file += octets;
        return {};
      }));
  EXPECT_EQ(file, "caf\xE9\nau lait");
}

TEST(Decode, SaysWhatIsMissing) {
  EXPECT_EQ(serve::Message::open("m", "no field").error().code, base::Exit::data);
  const auto message = serve::Message::open("m", text);
  for (const char* number : {"", "3", "1.1", "x"})
    EXPECT_EQ(message->find(number).error().code, base::Exit::data) << number;
}

TEST(Decode, ShowsTheTree) {
  const auto message = serve::Message::open("m", text);
  const auto [tree, damaged] = written([&](fs::Output& out) { return show_tree(*message, out); });
  EXPECT_EQ(tree,
            "TEXT    multipart/mixed                 -                  212\n"
            "1         text/plain                    iso-8859-1          13\n"
            "2         application/b                 -                    3 x y [bad-base64]\n");
  EXPECT_TRUE(damaged);
}

TEST(Decode, ExaminesEveryPart) {
  const auto message = serve::Message::open("m", text);
  const auto whole = examine(*message, message->parts.at(0));
  EXPECT_EQ(whole.sha256, "");
  EXPECT_TRUE(whole.decoded.defects.empty());
  const auto file = examine(*message, message->parts.at(2));
  EXPECT_EQ(file.sha256, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae");
  ASSERT_EQ(file.decoded.defects.list().size(), 1u);
  EXPECT_EQ(text[file.decoded.defects.list()[0].offset], '*');
}

TEST(Decode, ExtractsWhatIsSelected) {
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

TEST(Decode, SelectorsAndFiles) {
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
