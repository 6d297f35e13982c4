#include "serve/login_user.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <vector>

namespace {

TEST(LoginUser, IsWhoseAddressItIs) {
  char made[] = "/tmp/login_user.XXXXXX";
  const std::string directory = mkdtemp(made);
  std::vector<std::string> arguments = {"--config", "/dev/null", "--postmaster=bob"};
  const std::pair<const char*, const char*> files[] = {
      {"domains", "example.test\nother.test\n"},
      {"users", "bob:*:1:1::/::\nann:*:1:1::/::\nmary:*:1:1::/::\n"},
      {"aliases",
       "robert: bob\nteam: bob, ann\nfar: bob@far.test\n@other.test: bob\n"
       "ann: bob, ann, mary\nann@other.test: ann@other.test, bob\nrobert@other.test: ann@example.test\n"
       "mary@other.test: ann, bob\nround: about\nabout: round\n"
       "help@far.test: bob\nlook: \"help@far.test\"@example.test\n"}};
  for (const auto& [name, text] : files) {
    std::ofstream(directory + "/" + name) << text;
    arguments.push_back(std::string("--") + name + "=" + directory + "/" + name);
  }
  const auto given = proc::parse({"test", "", "", "", {}, serve::login_user_keys}, arguments).value();
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
      {"@example.test", "@example.test"},
      {"<>@", "<>@"}};
  for (const auto& [name, user] : rows) EXPECT_EQ(serve::login_user(given, name).value(), user) << name;
  for (const auto& [name, text] : files) unlink((directory + "/" + name).c_str());
  // Without domains none is local.
  EXPECT_EQ(serve::login_user(given, "bob@example.test").value(), "bob@example.test");
  rmdir(directory.c_str());
}

}  // namespace
