#include "serve/decode.hpp"

#include "decoded_message.hpp"

namespace decode_test {
namespace {

TEST(Decode, GivesFilesTheLineEndsOfFiles) {
  const auto message = serve::Message::open("m", text);
  ASSERT_TRUE(message);
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

}  // namespace
}  // namespace decode_test
