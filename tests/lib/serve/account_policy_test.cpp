#include "serve/account_policy.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "talk.hpp"

namespace account_policy_test {
namespace {

auth::Accounts town() {
  return auth::Accounts::parse("example.test\n", "bob:*:1:1::/home/bob::\n", "users").value();
}

TEST(AccountPolicy, KnowsUsersDomainsAndRoutes) {
  const serve::AccountPolicy policy(town(), "bob", smtp::Routes::parse("far.test host:26\n", "r").value());
  EXPECT_TRUE(policy.is_local_domain("Example.Test"));
  EXPECT_FALSE(policy.is_local_domain("far.test"));
  EXPECT_EQ(policy.user_of("Bob+x"), "bob");
  EXPECT_EQ(policy.user_of("\"bob\""), "bob");
  EXPECT_EQ(policy.user_of("PostMaster"), "bob");
  EXPECT_FALSE(policy.user_of("carol"));
  EXPECT_TRUE(policy.has_route("far.test"));
  EXPECT_EQ(policy.route_to("far.test")->host, (smtp::Host{"host", 26}));
}

// Filters hear of him by it.
TEST(AccountPolicy, AUserIsOneNameInLowerCaseAndNobodyWhatHeSays) {
  const serve::AccountPolicy policy(town(), "bob");
  const std::pair<const char*, const char*> rows[] = {{"bob", "bob"},
                                                      {"BOB", "bob"},
                                                      {"Bob@Example.TEST", "bob"},
                                                      {"Carol", "Carol"},
                                                      {"BOB@far.test", "BOB@far.test"},
                                                      {"Carol@Example.test", "carol"},
                                                      {"Bob+x", "Bob+x"}};
  for (const auto& [said, user] : rows) EXPECT_EQ(policy.login_of(said), user) << said;
}

TEST(AccountPolicy, PostmasterIsAUserOrHisAddressAndMustExist) {
  for (const char* good : {"bob", "bob@example.test", "bob+post@example.test"}) {
    EXPECT_TRUE(serve::AccountPolicy(town(), good).check_postmaster()) << good;
  }
  for (const char* bad : {"postmaster", "carol", "bob@far.test", ""}) {
    const serve::AccountPolicy policy(town(), bad);
    ASSERT_FALSE(policy.check_postmaster()) << bad;
    EXPECT_EQ(policy.check_postmaster().error().code, base::Exit::configuration);
    EXPECT_FALSE(policy.has_user("postmaster"));
  }
}

serve::AccountPolicy forwarder(const char* aliases, const char* lists = "") {
  serve::AddressRules rules;
  rules.aliases = smtp::Aliases::parse(aliases, "a", {}).value();
  serve::ForwardingRules forwarding;
  forwarding.srs = smtp::Srs::make({"a secret that nobody else has"}, "srs.test").value();
  forwarding.lists = smtp::Lists::parse(lists, "l").value();
  return serve::AccountPolicy(town(), "bob", {}, std::move(rules), std::move(forwarding));
}

TEST(AccountPolicy, SendersOfOthersAreRewrittenAndBouncesReturned) {
  const auto policy = forwarder("");
  for (const char* same : {"", "bob@example.test", "x@srs.test", "bob"})
    EXPECT_EQ(policy.forwarding_sender(same), same);
  const auto rewritten = policy.forwarding_sender("a@far.test");
  ASSERT_TRUE(rewritten.starts_with("SRS0=") && rewritten.ends_with("=far.test=a@srs.test")) << rewritten;
  const auto local = rewritten.substr(0, rewritten.rfind('@'));
  EXPECT_TRUE(policy.is_local_domain("SRS.test"));
  EXPECT_TRUE(policy.mailbox_of(local, "srs.test"));
  EXPECT_FALSE(policy.mailbox_of(local, "example.test"));
  EXPECT_FALSE(policy.mailbox_of("bob", "srs.test"));
  const auto who = policy.expand(local, "srs.test");
  EXPECT_TRUE(who.is_alias);
  EXPECT_EQ(who.addresses, std::vector<std::string>{"a@far.test"});
  const smtp::Path recipient{local, "srs.test"};
  EXPECT_FALSE(policy.refusal_of(recipient, ""));
  EXPECT_TRUE(policy.refusal_of(recipient, "x@y.test"));
  EXPECT_EQ(serve::AccountPolicy(town(), "bob").forwarding_sender("a@far.test"), "a@far.test");
}

TEST(AccountPolicy, WhoMayPost) {
  const auto policy = forwarder(
      "open: bob\nowner-open: bob\nteam: x@far.test\nowner-team: bob\nnews: x@far.test\nowner-news: bob\n",
      "team post members\nteam poster y@far.test\nnews post owner\n");
  const struct {
    const char* list;
    const char* sender;
    bool wanted;
  } rows[] = {{"open", "a@b.test", true},         {"team", "a@b.test", false},
              {"team", "x@far.test", true},       {"team", "y@far.test", true},
              {"team", "bob@example.test", true}, {"news", "x@far.test", false},
              {"news", "bob@example.test", true}, {"news", "bob@example.org", false}};
  for (const auto& row : rows) {
    const auto who = policy.expand(row.list, "example.test");
    EXPECT_EQ(policy.may_post(who, row.sender), row.wanted) << row.list << row.sender;
    EXPECT_EQ(!policy.refusal_of({row.list, "example.test"}, row.sender), row.wanted)
        << row.list << row.sender;
  }
  EXPECT_FALSE(policy.refusal_of({"team", "example.test"}, ""));
  EXPECT_EQ(policy.list_of(policy.expand("team", "")).owner, "owner-team@example.test");
}

class AccountFiles : public testing::Test {
 protected:
  void write(const char* name, std::string_view text) const {
    std::ofstream(directory_.path() + "/" + name) << text;
  }
  base::Result<serve::AccountFiles> try_to_load() const {
    std::vector<std::string> arguments = {"--postmaster=bob"};
    for (const char* name : {"domains", "users", "routes", "aliases", "access"})
      arguments.push_back("--" + std::string(name) + "=" + directory_.path() + "/" + name);
    constexpr std::string_view keys[] = {"domains", "users", "routes", "aliases", "access", "postmaster"};
    return serve::AccountFiles::load(proc::parse({"test", "", "", "", {}, keys}, arguments).value());
  }
  serve::AccountFiles load() const { return try_to_load().value(); }
  Directory directory_;
};

TEST_F(AccountFiles, AreReadAgainWhenTheyChange) {
  write("domains", "example.test\n");
  write("users", "bob:*:1:1::/home/bob::\n");
  auto files = load();
  const auto& policy = files.policy();
  EXPECT_FALSE(policy.has_user("carol"));
  EXPECT_FALSE(policy.has_route("far.test"));  // no such file: no route
  write("users", "bob:*:1:1::/home/bob::\ncarol:*:1:1::/home/carol::\n");
  write("routes", "far.test host\n");
  files.refresh();
  EXPECT_TRUE(policy.has_user("carol"));
  EXPECT_TRUE(policy.has_route("far.test"));
}

TEST_F(AccountFiles, ARouteOfADotGoesNowhere) {
  write("domains", "example.test\n");
  write("users", "bob:*:1:1::/home/bob::\n");
  write("routes", "silent.test .\n* host\n");
  const auto files = load();
  EXPECT_TRUE(files.policy().takes_no_mail("SILENT.test"));
  EXPECT_FALSE(files.policy().has_route("silent.test"));
  EXPECT_FALSE(files.policy().route_to("silent.test"));
  EXPECT_FALSE(files.policy().takes_no_mail("far.test"));
  EXPECT_TRUE(files.policy().has_route("far.test"));
}

TEST_F(AccountFiles, OneThatIsWrongChangesNothing) {
  write("domains", "example.test\n");
  write("users", "bob:*:1:1::/home/bob::\n");
  auto files = load();
  write("users", "bob\n");
  files.refresh();
  EXPECT_TRUE(files.policy().has_user("bob"));
  // Not whole yet, or emptied to be written anew.
  for (const char* text : {"bob:*:1:1::/home/b", "", "carol:*:1:1::/home/carol::\n"}) {
    write("users", text);
    files.refresh();
    EXPECT_TRUE(files.policy().has_user("bob")) << text;
  }
  write("domains", "");
  files.refresh();
  EXPECT_TRUE(files.policy().is_local_domain("example.test"));
  ASSERT_EQ(std::remove((directory_.path() + "/domains").c_str()), 0);
  files.refresh();
  EXPECT_TRUE(files.policy().is_local_domain("example.test"));
}

TEST_F(AccountFiles, WhatIsWrongIsSaidOnce) {
  write("domains", "example.test\n");
  write("users", "bob:*:1:1::/home/bob::\n");
  write("list", "bob\n");
  write("aliases", "sales: bob\n");
  auto files = load();
  const auto said = [&] {
    testing::internal::CaptureStderr();
    for (int i = 0; i < 3; ++i) files.refresh();
    const auto log = testing::internal::GetCapturedStderr();
    std::size_t kept = 0, read = 0;
    for (std::size_t at = 0; (at = log.find("accounts-", at)) != log.npos; ++at)
      ++(log.compare(at, 13, "accounts-kept") == 0 ? kept : read);
    return std::pair(kept, read);
  };
  const auto included = "team: :include:" + directory_.path() + "/list\n";
  write("aliases", (included + "wrong\n").c_str());
  EXPECT_EQ(said(), std::pair(std::size_t(1), std::size_t(0)));
  write("aliases", (included + "sales: bob\n").c_str());
  EXPECT_EQ(said(), std::pair(std::size_t(0), std::size_t(1)));
  // What is included is looked at, too.
  write("list", "bob, \"x\n");
  EXPECT_EQ(said(), std::pair(std::size_t(1), std::size_t(0)));
  write("list", "bob@far.test\n");
  EXPECT_EQ(said(), std::pair(std::size_t(0), std::size_t(1)));
  write("aliases", ("wrong\n" + included).c_str());
  EXPECT_EQ(said(), std::pair(std::size_t(1), std::size_t(0)));
}

TEST_F(AccountFiles, OneThatIsEmptiedOrGoneIsStillToBeWritten) {
  write("domains", "example.test\n");
  write("users", "bob:*:1:1::/home/bob::\n");
  write("aliases", "sales: bob\n");
  write("access", "sender evil.test reject\n");
  write("routes", "far.test host\n");
  auto files = load();
  const auto all = [&] {
    return files.policy().expand("sales", "example.test").users.size() == 1 &&
           files.policy().has_route("far.test") && files.access().judge(smtp::Subject::sender, "x@evil.test");
  };
  for (const std::string name : {"aliases", "access", "routes"}) {
    const auto path = directory_.path() + "/" + name;
    std::ifstream file(path);
    const std::string before(std::istreambuf_iterator<char>(file), {});
    write(name.c_str(), "");
    files.refresh();
    EXPECT_TRUE(all()) << name;
    std::filesystem::remove(path);
    files.refresh();
    EXPECT_TRUE(all()) << name;
    write(name.c_str(), "# none\n");
    files.refresh();
    EXPECT_FALSE(all()) << name;
    write(name.c_str(), before.c_str());
    files.refresh();
    EXPECT_TRUE(all()) << name;
  }
}

TEST_F(AccountFiles, OneThatIsBeingWrittenIsNeverEmpty) {
  write("users", "bob:*:1:1::/home/bob::\n");
  write("domains", "example.test\n");
  auto files = load();
  // Each time larger, so that no two of them look the same.
  std::jthread writer([this](const std::stop_token& end) {
    for (std::size_t i = 1; !end.stop_requested(); ++i)
      write("domains", "example.test\n#" + std::string(i % 60'000, 'x') + "\n");
  });
  for (int i = 0; i < 2000; ++i) {
    files.refresh();
    ASSERT_TRUE(files.policy().is_local_domain("example.test")) << i;
  }
}

TEST_F(AccountFiles, WhatStartsProgramsBelongsToItsOwnerAlone) {
  using std::filesystem::perms;
  write("domains", "example.test\n");
  write("users", "bob:*:1:1::/home/bob::\n");
  const struct {
    const char* aliases;
    perms more;
    const char* wrong;  // nullptr: nothing
  } rows[] = {{"sales: bob\n", perms::none, nullptr},
              {"sales: bob\n", perms::group_write, nullptr},
              {"sales: bob\n", perms::others_write, "everybody may write to it"},
              {"sales: |/bin/cat\n", perms::none, nullptr},
              {"sales: |/bin/cat\n", perms::group_write, "others than its owner may write to it"},
              {"sales: /var/mail/sales\n", perms::group_write, "others than its owner may write to it"},
              {"sales: |/bin/cat\n", perms::others_write, "everybody may write to it"}};
  const auto path = directory_.path() + "/aliases";
  for (const auto& row : rows) {
    write("aliases", row.aliases);
    std::filesystem::permissions(path, perms(0644) | row.more);
    const auto files = try_to_load();
    ASSERT_EQ(bool(files), row.wrong == nullptr) << row.aliases;
    if (files) continue;
    EXPECT_EQ(files.error().code, base::Exit::configuration);
    EXPECT_EQ(files.error().what, path + ": " + row.wrong);
  }
}

TEST_F(AccountFiles, NothingButAFileIsWaitedFor) {
  write("domains", "example.test\n");
  write("users", "bob:*:1:1::/home/bob::\n");
  for (const char* name : {"routes", "access", "aliases", "users", "domains"}) {
    const auto path = directory_.path() + "/" + name;
    std::filesystem::remove(path);
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    EXPECT_EQ(try_to_load().error().what, path + ": not a plain file");
    std::filesystem::remove(path);
    if (name == std::string_view("users")) write("users", "bob:*:1:1::/home/bob::\n");
  }
}

}  // namespace
}  // namespace account_policy_test
