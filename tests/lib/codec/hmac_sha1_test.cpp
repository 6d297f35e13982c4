#include "codec/hmac_sha1.hpp"

#include <gtest/gtest.h>

namespace hmac_sha1_test {
namespace {

std::string hex(const std::string& octets) {
  std::string out;
  for (const char c : octets) {
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

TEST(HmacSha1, TheTableOfRfc2202) {
  const struct {
    std::string key, text;
    const char* wanted;
  } rows[] = {
      {std::string(20, '\x0b'), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"},
      {"Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
      {std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
  };
  for (const auto& row : rows) EXPECT_EQ(hex(codec::hmac_sha1(row.key, row.text)), row.wanted);
}

}  // namespace
}  // namespace hmac_sha1_test
