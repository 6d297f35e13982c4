#include "codec/md5.hpp"

#include <gtest/gtest.h>

namespace md5_test {
namespace {

// RFC 1321 appendix A.5, and the example of RFC 1939 section 7.
TEST(Md5, KnownDigests) {
  EXPECT_EQ(codec::md5(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(codec::md5("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(codec::md5("<1896.697170952@dbc.mtview.ca.us>tanstaaf"), "c4c9334bac560ecc979e58001b3e22fb");
}

}  // namespace
}  // namespace md5_test
