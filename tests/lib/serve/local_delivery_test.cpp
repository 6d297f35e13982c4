#include "serve/local_delivery.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "peer.hpp"

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

TEST(LocalDelivery, AMaildirThatIsReplacedGetsMailAgain) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const Queued queued;
  const Directory home;
  auth::Account account;
  account.uid = account.gid = 65534;
  account.home = home.path();
  ASSERT_EQ(chown(home.path().c_str(), account.uid, account.gid), 0);
  serve::LocalDelivery local({"", "", "mx.test", "Maildir"});
  const serve::LocalRecipient bob = {"bob", account, "bob@example.test"};
  EXPECT_EQ(local.deliver(queued.message, bob).value().outcome, Outcome::delivered);
  std::filesystem::remove_all(home.path() + "/Maildir");
  // The process that is confined to the old one may notice only now.
  (void)local.deliver(queued.message, bob).value();
  EXPECT_EQ(local.deliver(queued.message, bob).value().outcome, Outcome::delivered);
}

}  // namespace
