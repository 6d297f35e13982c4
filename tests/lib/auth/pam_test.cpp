#include "auth/pam.hpp"

#include <gtest/gtest.h>

namespace {

// The service is not there, and PAM's own for others lets nobody in who does not exist.
TEST(Pam, AStrangerIsNotLetIn) {
  const auto right = auth::verify_by_pam("nobody-has-this-name", "secret");
  EXPECT_TRUE(!right || !*right);
}

}  // namespace
