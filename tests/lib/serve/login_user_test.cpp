#include "serve/login_user.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <vector>

#include "serve/evidence.hpp"

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

}  // namespace
