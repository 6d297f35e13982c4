#include "codec/sha256.hpp"

#include <gtest/gtest.h>

namespace sha256_test {
namespace {

// FIPS 180-4's own examples.
TEST(Sha256, Examples) {
  EXPECT_EQ(codec::Sha256().finish(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  codec::Sha256 digest;
  digest.update("a");
  digest.update("bc");
  EXPECT_EQ(digest.finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace sha256_test
