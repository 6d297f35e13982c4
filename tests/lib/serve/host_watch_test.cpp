#include "serve/host_watch.hpp"

#include <gtest/gtest.h>

namespace host_watch_test {
namespace {

using serve::Fortune;
using serve::Outcome;

class Scripted : public serve::Remote {
 public:
  base::Result<std::vector<serve::Attempt>> deliver(const serve::Destination&, const spool::Message&,
                                                    const std::vector<spool::Recipient>&) override {
    return answer;
  }
  base::Result<std::vector<serve::Attempt>> answer = std::vector<serve::Attempt>();
};

TEST(HostWatch, SilenceIsTroubleAndAnAnswerIsNot) {
  Scripted remote;
  serve::HostWatch watch(remote, "mx.test:25");
  const auto ask = [&](const std::vector<serve::Attempt>& answer) {
    remote.answer = answer;
    EXPECT_EQ(watch.deliver({serve::Destination::Kind::route, "mx.test:25"}, {}, {}).value().size(),
              answer.size());
    return watch.fortune();
  };
  EXPECT_EQ(watch.fortune(), Fortune::unknown);
  EXPECT_EQ(ask({}), Fortune::unknown);
  EXPECT_EQ(ask({{Outcome::deferred, "4.4.1", "refused", "mx.test"}}), Fortune::trouble);
  EXPECT_EQ(ask({{Outcome::deferred, "4.3.2", "busy", "mx.test"}}), Fortune::trouble);
  EXPECT_EQ(ask({{Outcome::deferred, "4.3.0", "odd", "mx.test"}}), Fortune::good);
  EXPECT_EQ(ask({{Outcome::deferred, "4.2.2", "full", "mx.test"}}), Fortune::good);
  EXPECT_EQ(
      ask({{Outcome::deferred, "4.4.2", "lost", "mx.test"}, {Outcome::deferred, "4.4.2", "lost", "mx.test"}}),
      Fortune::trouble);
  EXPECT_EQ(
      ask({{Outcome::failed, "5.1.1", "who", "mx.test"}, {Outcome::deferred, "4.4.2", "lost", "mx.test"}}),
      Fortune::good);
}

TEST(HostWatch, OtherHostsAndOurOwnTroubleDoNotCount) {
  Scripted remote;
  serve::HostWatch watch(remote, "mx.test:25");
  remote.answer = std::vector<serve::Attempt>{{Outcome::deferred, "4.4.1", "refused", "other.test"}};
  ASSERT_TRUE(watch.deliver({serve::Destination::Kind::route, "other.test:25"}, {}, {}));
  remote.answer = base::fail(base::Exit::io, "disk");
  ASSERT_FALSE(watch.deliver({serve::Destination::Kind::route, "mx.test:25"}, {}, {}));
  EXPECT_EQ(watch.fortune(), Fortune::unknown);
}

}  // namespace
}  // namespace host_watch_test
