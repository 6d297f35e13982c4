#include "maildir/leftovers.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include "temporary.hpp"

namespace leftovers_test {
namespace {

TEST(Leftovers, OldFilesInTmpGoAndNothingElse) {
  const Temporary site;
  site.put("tmp/half");
  site.put("new/1.a");
  std::filesystem::create_directory(site.box() + "/tmp/directory");
  const auto now = static_cast<std::uint64_t>(time(nullptr));
  maildir::remove_leftovers(site.box(), now + maildir::leftover_after - 60);
  EXPECT_TRUE(site.has("tmp/half"));
  maildir::remove_leftovers(site.box(), now + maildir::leftover_after + 60);
  EXPECT_FALSE(site.has("tmp/half"));
  EXPECT_TRUE(site.has("tmp/directory"));
  EXPECT_TRUE(site.has("new/1.a"));
  maildir::remove_leftovers(site.box() + "/none", now);
}

}  // namespace
}  // namespace leftovers_test
