#include "serve/route_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "talk.hpp"

namespace route_files_test {
namespace {

TEST(RouteFiles, ALoginIsTheFirstLine) {
  const Directory directory;
  const auto path = directory.path() + "/login";
  std::ofstream(path) << "user@a.test:pass:word \nmore\n";
  chmod(path.c_str(), 0600);
  const auto login = serve::RouteFiles().login(path);
  ASSERT_TRUE(login) << login.error().what;
  EXPECT_EQ(login->name, "user@a.test");
  EXPECT_EQ(login->password, "pass:word ");
  for (const char* text : {"", "user\n", ":password\n"}) {
    std::ofstream(path) << text;
    EXPECT_EQ(serve::RouteFiles().login(path).error().code, base::Exit::configuration) << text;
  }
}

TEST(RouteFiles, ASecretThatEverybodyMayReadIsNone) {
  const Directory directory;
  const auto path = directory.path() + "/file";
  std::ofstream(path) << "text";
  chmod(path.c_str(), 0644);
  EXPECT_EQ(serve::RouteFiles().read(path, true).error().code, base::Exit::configuration);
  EXPECT_EQ(serve::RouteFiles().read(path, false).value(), "text");
  EXPECT_EQ(serve::RouteFiles().read("", true).value(), "");
}

TEST(RouteFiles, WhatIsKnownIsNotRead) {
  serve::RouteFiles files;
  files.add("/nowhere/at/all", "u:p");
  EXPECT_TRUE(files.knows("/nowhere/at/all"));
  EXPECT_EQ(files.login("/nowhere/at/all")->name, "u");
  EXPECT_EQ(files.read("/nowhere/else", false).error().code, base::Exit::no_input);
  serve::NextHop hop;
  hop.login = "/l";
  hop.authorities = "/a";
  EXPECT_EQ(serve::files_of(hop), (std::vector<std::string>{"/l", "/a"}));
}

}  // namespace
}  // namespace route_files_test
