#include "codec/base64.hpp"

#include <gtest/gtest.h>

namespace base64_test {
namespace {

using codec::Base64Reading;

const struct {
  std::string_view text;
  std::string_view encoded;
} vectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {std::string_view("\0\xFF\xFE", 3), "AP/+"},
};

std::string all_octets() {
  std::string out;
  for (int i = 0; i < 700; ++i) out += static_cast<char>(i * 7 % 256);
  return out;
}

TEST(Base64, VectorsOfRfc4648) {
  for (const auto& row : vectors) {
    EXPECT_EQ(codec::base64_encode(row.text), row.encoded);
    EXPECT_EQ(*codec::base64_decode(row.encoded, Base64Reading::strict), row.text);
  }
}

TEST(Base64, EveryLengthAndSplitRoundTrips) {
  const auto whole = all_octets();
  for (std::size_t length = 0; length < 100; ++length) {
    const std::string_view text = std::string_view(whole).substr(length, length);
    for (std::size_t split = 0; split <= length; ++split) {
      std::string encoded;
      codec::Base64Encoder encoder(10, "\r\n");
      encoder.update(text.substr(0, split), encoded);
      encoder.update(text.substr(split), encoded);
      encoder.finish(encoded);
      std::string decoded;
      codec::Base64Decoder decoder(Base64Reading::strict);
      decoder.update(std::string_view(encoded).substr(0, split), decoded);
      decoder.update(std::string_view(encoded).substr(split), decoded);
      decoder.finish(decoded);
      ASSERT_EQ(decoded, text) << length << " " << split;
      ASSERT_FALSE(decoder.bad());
    }
  }
}

TEST(Base64, LinesHaveTheirLength) {
  const auto lines = [](std::size_t octets, std::size_t columns) {
    std::string out;
    codec::Base64Encoder encoder(columns);
    encoder.update(std::string(octets, 'x'), out);
    encoder.finish(out);
    return out;
  };
  EXPECT_EQ(lines(3, 4), "eHh4\n");
  EXPECT_EQ(lines(6, 4), "eHh4\neHh4\n");
  EXPECT_EQ(lines(3, 3), "eHh\n4\n");
  EXPECT_EQ(lines(4, 0), "eHh4eA==");
  EXPECT_EQ(lines(0, 76), "");
  EXPECT_EQ(lines(58, 76).find('\n'), 76u);
  EXPECT_EQ(lines(100'000, 76).size(), 133'336u + 1755u);
}

constexpr int none = -1;
const struct {
  std::string_view text;
  int strict, plain, forgiving;  // offset of the first bad octet
  std::string_view strict_out, plain_out, forgiving_out;
} damaged[] = {
    {"Zm9v\nYmFy\n", none, none, none, "foobar", "foobar", "foobar"},
    {"Zm9v\r\nYmFy\r\n", none, none, none, "foobar", "foobar", "foobar"},
    {"Zm 9v", 2, none, none, "", "foo", "foo"},
    {"Zm9vYg", 6, none, none, "foo", "foob", "foob"},
    {"Zm9vYg=", 7, none, none, "foob", "foob", "foob"},
    {"Zm9vYg==\n=", 9, 9, 9, "foob", "foob", "foob"},
    {"Zh==", 1, none, none, "", "f", "f"},
    {"Zm9=", 2, none, none, "", "fo", "fo"},
    {"Zg==Zg==", 4, none, none, "f", "ff", "ff"},
    {"Zg=Zg==", 3, 3, 3, "f", "f", "ff"},
    {"Zm9v*YmFy", 4, 4, 4, "foo", "foo", "foobar"},
    {"Zm9vYmF-y", 7, 7, 7, "foo", "foo", "foobar"},
    {"Zm9vZ", 5, 5, 5, "foo", "foo", "foo"},
    {"=Zm9v", 0, 0, 0, "", "", "foo"},
    {"Z===Zm9v", 1, 1, 1, "", "", "foo"},
    {"Zm9v\x80", 4, 4, 4, "foo", "foo", "foo"},
};

TEST(Base64, DamageIsFoundAtEverySplit) {
  for (const auto& row : damaged) {
    const auto check = [&](Base64Reading reading, int wanted_bad, std::string_view wanted_out) {
      for (std::size_t split = 0; split <= row.text.size(); ++split) {
        std::string out;
        codec::Base64Decoder decoder(reading);
        decoder.update(row.text.substr(0, split), out);
        decoder.update(row.text.substr(split), out);
        decoder.finish(out);
        EXPECT_EQ(decoder.bad() ? static_cast<int>(*decoder.bad()) : none, wanted_bad)
            << row.text << " " << split;
        EXPECT_EQ(out, wanted_out) << row.text << " " << split;
      }
    };
    check(Base64Reading::strict, row.strict, row.strict_out);
    check(Base64Reading::plain, row.plain, row.plain_out);
    check(Base64Reading::forgiving, row.forgiving, row.forgiving_out);
  }
}

TEST(Base64, OneShotNamesTheOffset) {
  const auto bad = codec::base64_decode("Zm9v*");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, base::Exit::data);
  EXPECT_NE(bad.error().what.find("offset 4"), std::string::npos);
  EXPECT_EQ(*codec::base64_decode("Zm9v*", Base64Reading::forgiving), "foo");
}

}  // namespace
}  // namespace base64_test
