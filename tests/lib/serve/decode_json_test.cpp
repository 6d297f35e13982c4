#include "decoded_message.hpp"
#include "serve/decode_tree.hpp"

namespace decode_json_test {
namespace {

TEST(DecodeJson, IsOneLineWithEveryPartAndWhatIsWrong) {
  const auto message = serve::Message::open("m \"x\"", text);
  const auto [json, damaged] = written([&](fs::Output& out) { return show_json(*message, out); });
  EXPECT_TRUE(damaged);
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  for (const char* wanted :
       {"\"m \\\"x\\\"\"", "\"text/plain\"", "\"application/b\"", "\"x y\"", "bad-base64",
        "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"})
    EXPECT_NE(json.find(wanted), std::string::npos) << wanted << " in " << json;
}

}  // namespace
}  // namespace decode_json_test
