#include "serve/login_user.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <vector>

#include "serve/account_policy.hpp"
#include "serve/evidence.hpp"
#include "talk.hpp"

namespace login_user_test {
namespace {

TEST(LoginUser, IsWhoseAddressItIs) {
  char made[] = "/tmp/login_user.XXXXXX";
  const std::string directory = mkdtemp(made);
  std::vector<std::string> arguments = {"--config", "/dev/null"};
  const std::pair<const char*, const char*> files[] = {
      {"domains", "example.test\nother.test\n"},
      {"aliases",
       "robert: bob\nteam: bob, ann\nfar: bob@far.test\n@other.test: bob\n"
       "ann: bob, ann, mary\nann@other.test: ann@other.test, bob\nrobert@other.test: ann@example.test\n"
       "mary@other.test: ann, bob\nround: about\nabout: round\n"
       "help@far.test: bob\nlook: \"help@far.test\"@example.test\n"}};
  for (const auto& [name, text] : files) {
    std::ofstream(directory + "/" + name) << text;
    arguments.push_back(std::string("--") + name + "=" + directory + "/" + name);
  }
  const std::vector<auth::User> users = {
      {"bob", "*", 1, 1, "/"}, {"ann", "*", 1, 1, "/"}, {"mary", "*", 1, 1, "/"}};
  const auto given = proc::parse({"test", "", "", "", {}, serve::check_password_keys}, arguments).value();
  const std::pair<const char*, const char*> rows[] = {
      {"bob", "bob"},
      {"eve", "eve"},
      {"bob@example.test", "bob"},
      {"Bob@EXAMPLE.test", "bob"},
      {"\"bob\"@example.test", "bob"},
      {"bob@other.test", "bob"},
      {"bob+x@example.test", "bob+x"},
      {"bob-ann@example.test", "bob-ann"},
      {"Gone@other.test", "gone"},
      {"postmaster@example.test", "postmaster"},
      {"robert@example.test", "bob"},
      {"ann@example.test", "ann"},
      {"ann@other.test", "ann"},
      {"robert@other.test", "ann"},
      {"mary@other.test", "mary@other.test"},
      {"round@example.test", "round"},
      {"bob@far.test", "bob@far.test"},
      {"team@example.test", "team"},
      {"far@example.test", "far"},
      {"look@example.test", "look"},
      {"eve@example.test", "eve"},
      {"\"bob@example.test\"@example.test", "\"bob@example.test\"@example.test"},
      {"bob@", "bob@"},
      // A path is no name.
      {"@far.test:bob@example.test", "@far.test:bob@example.test"},
      {"@example.test,@far.test:bob@example.test", "@example.test,@far.test:bob@example.test"},
      {"<bob@example.test>", "<bob@example.test>"},
      {"@example.test", "@example.test"},
      {"<>@", "<>@"}};
  for (const auto& [name, user] : rows)
    EXPECT_EQ(serve::login_user(given, users, name).value(), user) << name;
  // Whatever is wrong with the aliases.
  std::ofstream(directory + "/aliases") << "no alias\n";
  EXPECT_EQ(serve::login_user(given, users, "bob@example.test").error().code, base::Exit::configuration);
  EXPECT_EQ(serve::login_user(given, users, "bob@far.test").value(), "bob@far.test");
  for (const auto& [name, text] : files) unlink((directory + "/" + name).c_str());
  // Without domains none is local.
  EXPECT_EQ(serve::login_user(given, users, "bob@example.test").value(), "bob@example.test");
  rmdir(directory.c_str());
}

/// A file of few names that lead to one another in every way, and some that lead nowhere.
std::string random_aliases(std::mt19937& random) {
  const auto one_of = [&](const std::vector<std::string>& all) { return all[random() % all.size()]; };
  const std::vector<std::string> locals = {"bob", "ann", "a",     "b", "c",  "d",
                                           "a-b", "c+d", "\"b\"", "C", "e.f"};
  const std::vector<std::string> domains = {"", "", "@example.test", "@Other.test", "@far.test"};
  const auto name = [&] { return one_of(locals) + one_of(domains); };
  std::string out;
  std::set<std::string> known;
  for (int i = 0; i < 12; ++i) {
    const auto key = random() % 8 == 0 ? "@example.test" : name();
    if (!known.insert(smtp::alias_key(key).value()).second) continue;
    out += key + one_of({": ", ":", " :\n  ", ": ,"}) + name();
    while (random() % 4 == 0) out += one_of({", ", ",\n\t", ",\n# text\n "}) + name();
    if (random() % 8 == 0) out += ", |program";
    out += one_of({"\n", "\n", "\n\n", "\n# a: b\n", " \n"});
  }
  return out;
}

TEST(LoginUser, IsFoundInPartsOfTheAliasesAsInAll) {
  const Directory directory;
  const auto domains = directory.path() + "/domains";
  const auto file = directory.path() + "/aliases";
  std::ofstream(domains) << "example.test\nother.test\n";
  const std::vector<auth::User> users = {{"bob", "*", 1, 1, "/"}, {"ann", "*", 1, 1, "/"}};
  const std::string arguments[] = {"--config", "/dev/null", "--domains=" + domains, "--aliases=" + file};
  const auto given = proc::parse({"test", "", "", "", {}, serve::check_password_keys}, arguments).value();
  std::mt19937 random(11);
  std::size_t others = 0;
  for (int i = 0; i < 500; ++i) {
    const auto text = random_aliases(random);
    std::ofstream(file) << text;
    auto accounts = auth::Accounts::load_domains(domains).value();
    accounts.add(users);
    const serve::AccountPolicy whole(std::move(accounts), "postmaster", {},
                                     {.aliases = smtp::Aliases::parse(text, file, {}).value()});
    for (const std::string local : {"bob", "ANN", "a", "b", "c", "d", "a-b", "a-c", "c+d", "e.f", "nobody"}) {
      for (const char* domain : {"@example.test", "@other.test", "@far.test"}) {
        const auto wanted = whole.login_of(local + domain);
        EXPECT_EQ(serve::login_user(given, users, local + domain).value(), wanted) << local << domain << "\n"
                                                                                   << text;
        others += wanted == "bob" && local != "bob";
      }
    }
  }
  EXPECT_GT(others, 100U);
}

TEST(LoginUser, ReadsNoAliasThatHeDoesNotLeadTo) {
  const Directory directory;
  const auto domains = directory.path() + "/domains";
  const auto file = directory.path() + "/aliases";
  std::ofstream(domains) << "example.test\n";
  std::ofstream(file) << "all: :include:/nonexistent\nwrong: a b\nrobert: rob\nrob: bob\nfirst: r2\n";
  const std::string arguments[] = {"--config", "/dev/null", "--domains=" + domains, "--aliases=" + file};
  const auto given = proc::parse({"test", "", "", "", {}, serve::check_password_keys}, arguments).value();
  const std::vector<auth::User> users = {{"bob", "*", 1, 1, "/"}};
  EXPECT_EQ(serve::login_user(given, users, "robert@example.test").value(), "bob");
  EXPECT_EQ(serve::login_user(given, users, "bob@example.test").value(), "bob");
  for (const std::string name : {"all", "wrong"})
    EXPECT_EQ(serve::login_user(given, users, name + "@example.test").error().code,
              base::Exit::configuration);
  // As many steps as are followed, and one more.
  std::string chain = "s10: bob\n";
  for (int i = 10; i-- > 0;) chain += "s" + std::to_string(i) + ": s" + std::to_string(i + 1) + "\n";
  std::ofstream(file) << chain;
  EXPECT_EQ(serve::login_user(given, users, "s1@example.test").value(), "bob");
  EXPECT_EQ(serve::login_user(given, users, "s0@example.test").value(), "s0");
}

}  // namespace
}  // namespace login_user_test
