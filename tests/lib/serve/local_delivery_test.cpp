#include "serve/local_delivery.hpp"

#include <gtest/gtest.h>

namespace {

using serve::Outcome;

TEST(LocalDelivery, ExitStatusesAreJudged) {
  EXPECT_EQ(serve::judge_exit(0).outcome, Outcome::delivered);
  EXPECT_EQ(serve::judge_exit(67).status, "5.1.1");
  EXPECT_EQ(serve::judge_exit(69).outcome, Outcome::failed);
  // A disk error, a crash or a bug never bounces mail.
  for (const int status : {1, 64, 65, 70, 71, 73, 74, 75, 77, 78, 127})
    EXPECT_EQ(serve::judge_exit(status).outcome, Outcome::deferred) << status;
}

}  // namespace
