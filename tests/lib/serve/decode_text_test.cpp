#include "serve/decode_text.hpp"

#include "decoded_message.hpp"

namespace decode_text_test {
namespace {

using serve::Undo;

TEST(DecodeText, UndoesAsMuchAsIsWanted) {
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
}

TEST(DecodeText, ReadsWhatCanBeRead) {
  const auto message = serve::Message::open("m", text);
  const auto [readable, damaged] = written([&](fs::Output& out) { return write_readable(*message, out); });
  EXPECT_NE(readable.find("caf\xC3\xA9\nau lait"), std::string::npos) << readable;
  EXPECT_EQ(readable.find("foo"), std::string::npos);
  EXPECT_FALSE(damaged);
  const auto nothing = serve::Message::open("m", "Content-Type: image/png\n\nx");
  const auto file = fs::temporary_file();
  fs::Output out(file->get());
  EXPECT_EQ(write_readable(*nothing, out).error().code, base::Exit::data);
}

}  // namespace
}  // namespace decode_text_test
