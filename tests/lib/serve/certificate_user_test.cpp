#include "serve/certificate_user.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <vector>

namespace {

TEST(CertificateUser, IsWhoseAddressItIs) {
  char made[] = "/tmp/certificate_user.XXXXXX";
  const std::string directory = mkdtemp(made);
  std::vector<std::string> arguments = {"--config", "/dev/null", "--postmaster=bob", "--routes=/dev/null"};
  const std::pair<const char*, const char*> files[] = {
      {"domains", "example.test\nother.test\n"},
      {"users", "bob:*:1:1::/::\nann@mail.test:*:1:1::/::\n"},
      {"aliases", "robert: bob\nteam: bob, ann@mail.test\nfar: bob@far.test\n@other.test: bob\n"}};
  for (const auto& [name, text] : files) {
    std::ofstream(directory + "/" + name) << text;
    arguments.push_back(std::string("--") + name + "=" + directory + "/" + name);
  }
  const auto given = proc::parse({"test", "", "", "", {}, serve::certificate_keys}, arguments).value();
  const std::pair<const char*, const char*> rows[] = {{"bob", "bob"},
                                                      {"eve", "eve"},
                                                      {"bob@example.test", "bob"},
                                                      {"Bob@EXAMPLE.test", "bob"},
                                                      {"\"bob\"@example.test", "bob"},
                                                      {"bob@other.test", "bob"},
                                                      {"bob+x@example.test", "bob+x@example.test"},
                                                      {"bob-ann@example.test", "bob-ann@example.test"},
                                                      {"gone@other.test", "gone@other.test"},
                                                      {"postmaster@example.test", "postmaster@example.test"},
                                                      {"robert@example.test", "bob"},
                                                      {"ann@mail.test", "ann@mail.test"},
                                                      {"bob@far.test", "bob@far.test"},
                                                      {"team@example.test", "team@example.test"},
                                                      {"far@example.test", "far@example.test"},
                                                      {"eve@example.test", "eve@example.test"},
                                                      {"<>@", "<>@"}};
  for (const auto& [name, user] : rows) EXPECT_EQ(serve::certificate_user(given, name).value(), user);
  for (const auto& [name, text] : files) unlink((directory + "/" + name).c_str());
  EXPECT_FALSE(serve::certificate_user(given, "bob@example.test"));
  rmdir(directory.c_str());
}

}  // namespace
