#include "auth/users.hpp"

#include <gtest/gtest.h>

namespace users_test {
namespace {

TEST(Users, ParsesFindsAndDropsHashes) {
  std::string text = "# ours\n\nAnn:{CRYPT}$y$x:1000:1001::/home/ann::\nbob::1:2::/b\n";
  const auto users = auth::parse_users(text, "users").value();
  ASSERT_EQ(users.size(), 2U);
  ASSERT_NE(auth::find(users, "ANN"), nullptr);
  EXPECT_EQ(auth::find(users, "ann")->hash, "{CRYPT}$y$x");
  EXPECT_EQ(auth::find(users, "ann")->gid, 1001U);
  EXPECT_EQ(auth::find(users, "eve"), nullptr);
  EXPECT_EQ(auth::names_only(text, "users").value()[0].hash, "");
  EXPECT_TRUE(text.empty());
}

TEST(Users, AnErrorNamesFileAndLine) {
  for (const char* line : {"ann", ":x:1:2::/h", "ann:x:one:2::/h", "ann:x:1:4294967295::/h", "ann:x:1:2::h",
                           "BOB:x:1:2::/h", "ann@example.test:x:1:2::/h"}) {
    const auto wrong = auth::parse_users("bob:x:1:2::/h\n" + std::string(line), "users");
    ASSERT_FALSE(wrong) << line;
    EXPECT_EQ(wrong.error().code, base::Exit::configuration);
    EXPECT_TRUE(wrong.error().what.starts_with("users:2: ")) << wrong.error().what;
  }
}

TEST(Users, TheQuotaStandsBehindTheShellAsWeOrDovecotWriteIt) {
  const struct {
    const char* line;
    const char* quota;
  } rows[] = {{"b:x:1:2::/b", ""},
              {"b:x:1:2::/b:", ""},
              {"b:x:1:2::/b:quota=1G", ""},
              {"b:x:1:2::/b::", ""},
              {"b:x:1:2::/b::quota=1G", "1G"},
              {"b:x:1:2::/b:/bin/sh:quota=1G,5000", "1G,5000"},
              {"b:x:1:2::/b::nologin quota=10k other=x", "10k"},
              {"b:x:1:2::/b::quota=", ""},
              {"b:x:1:2::/b::QUOTA=1G", ""},
              {"b:x:1:2::/b::userdb_quota_rule=*:storage=5", "5k"},
              {"b:x:1:2::/b::userdb_quota_rule=*:storage=5M", "5M"},
              {"b:x:1:2::/b::userdb_quota_rule=*:bytes=5", "5"},
              {"b:x:1:2::/b::userdb_quota_storage_size=2G", "2G"},
              {"b:x:1:2::/b::userdb_quota_rule=*:messages=9", "0,9"},
              {"b:x:1:2::/b::userdb_quota_message_count=9 userdb_quota_rule=*:storage=5", "5k,9"},
              {"b:x:1:2::/b::userdb_quota_rule=*:storage=5:messages=9", "5k,9"},
              {"b:x:1:2::/b::userdb_quota_rule=*:messages=9:bytes=5", "5,9"},
              {"b:x:1:2::/b::userdb_quota_storage_size=unlimited", "0"},
              {"b:x:1:2::/b::userdb_quota_storage_size=2G userdb_quota_message_count=unlimited", "2G,0"},
              {"b:x:1:2::/b::userdb_quota_rule=Trash:storage=5", ""},
              {"b:x:1:2::/b::userdb_quota_rule=Trash:storage=5:messages=9", ""},
              // Ours says more.
              {"b:x:1:2::/b::userdb_quota_rule=*:storage=5 quota=1G", "1G"}};
  for (const auto& row : rows)
    EXPECT_EQ(auth::parse_users(std::string(row.line) + "\n", "users").value()[0].quota, row.quota)
        << row.line;
}

TEST(Users, ANewHashLeavesTheRestAlone) {
  const std::string text = "#ann:x\nbob:y:1:2::/b\nann:old:1:2::/a::";
  EXPECT_EQ(auth::with_hash(text, "ann", "new").value(), "#ann:x\nbob:y:1:2::/b\nann:new:1:2::/a::");
  EXPECT_EQ(auth::with_hash(text, "eve", "new").error().code, base::Exit::no_user);
  EXPECT_EQ(auth::with_hash(text, "ann", "a:b").error().code, base::Exit::data);
  EXPECT_EQ(auth::with_hash(text, "ann", "a\nb").error().code, base::Exit::data);
}

}  // namespace
}  // namespace users_test
