#include "proc/options.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

namespace options_test {
namespace {

constexpr proc::Option table[] = {{"decode,d", "", "decode"}, {"wrap,w", "COLS", "columns", "76"}};
constexpr std::string_view keys[] = {"hostname", "max-size"};
constexpr proc::Usage usage = {"tool", "[FILE]", "A tool.", "", table, keys};

class OptionsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    setenv("TUBEPOST_CONF", path().c_str(), 1);
    configure("hostname = mx.example.test\n");
  }
  void TearDown() override {
    unlink(path().c_str());
    rmdir(directory_.c_str());
    unsetenv("TUBEPOST_CONF");
  }
  std::string path() const { return directory_ + "/conf"; }
  void configure(const std::string& text) const { std::ofstream(path()) << text; }
  static base::Result<proc::Options> parse(std::vector<std::string> arguments) {
    return proc::parse(usage, arguments);
  }

 private:
  std::string directory_ = "/tmp/options.XXXXXX";
};

TEST_F(OptionsTest, TheCommandLineWinsOverTheFileAndTheFileOverTheDefault) {
  const auto options = parse({"-d", "--max-size", "10", "input"}).value();
  EXPECT_TRUE(options.has("decode"));
  EXPECT_EQ(options.get("hostname"), "mx.example.test");
  EXPECT_EQ(options.number("max-size", 1, 100).value(), 10U);
  EXPECT_EQ(options.get("wrap"), "76");
  EXPECT_EQ(options.arguments, std::vector<std::string>{"input"});
}

TEST_F(OptionsTest, AValueMayBeEmpty) {
  for (const auto& words : {std::vector<std::string>{"--hostname=", "x"}, {"--hostname", "", "x"}}) {
    const auto options = parse(words).value();
    EXPECT_TRUE(options.has("hostname"));
    EXPECT_EQ(options.get("hostname"), "");
    EXPECT_EQ(options.arguments, std::vector<std::string>{"x"});
  }
  EXPECT_EQ(parse({"--", "--hostname="}).value().arguments, std::vector<std::string>{"--hostname="});
  EXPECT_EQ(parse({"--decode="}).error().code, base::Exit::usage);
}

TEST_F(OptionsTest, ErrorsNameThePlace) {
  EXPECT_EQ(parse({"--nonsense"}).error().code, base::Exit::usage);
  configure("# comment\n\nhostnam = x\n");
  const auto unknown = parse({});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::Exit::configuration);
  EXPECT_EQ(unknown.error().what, path() + ":3: unknown key 'hostnam'");
  configure("hostname\n");
  EXPECT_EQ(parse({}).error().what, path() + ":1: not key = value");
  configure("users = elsewhere\n");
  EXPECT_TRUE(parse({}));
}

TEST_F(OptionsTest, AWrongValueIsNamedWithItsPlace) {
  configure("# comment\n\nhostname = mx.test\nmax-size = x\nhostname = a b\n");
  const auto given = parse({}).value();
  const auto size = given.number("max-size", 1, 9).error();
  EXPECT_EQ(size.what, path() + ":4: max-size: 'x' is not a number from 1 to 9");
  EXPECT_EQ(size.code, base::Exit::configuration);
  EXPECT_EQ(given.yes("max-size").error().what, path() + ":4: max-size: yes or no expected");
  EXPECT_EQ(given.wrong("hostname", "no", base::Exit::data, 0).what, path() + ":3: hostname: no");
  EXPECT_EQ(given.wrong("hostname", "no").what, path() + ":5: hostname: no");
  const auto placed = given.placed(base::fail(base::Exit::usage, "hostname: no: never"));
  EXPECT_EQ(placed.what, path() + ":5: hostname: no: never");
  EXPECT_EQ(placed.code, base::Exit::configuration);
  EXPECT_EQ(given.placed(base::fail(base::Exit::os, "hostname: gone")).code, base::Exit::os);
  for (const char* other : {"wrap: no", "hostname", "hostnames: no", "users: no", ""}) {
    EXPECT_EQ(given.placed(base::fail(base::Exit::usage, other)).what, other);
    EXPECT_EQ(given.placed(base::fail(base::Exit::usage, other)).code, base::Exit::usage);
  }
  // Said on the command line it is an option's.
  const auto said = parse({"--max-size=x"}).value().number("max-size", 1, 9).error();
  EXPECT_EQ(said.what, "max-size: 'x' is not a number from 1 to 9");
  EXPECT_EQ(said.code, base::Exit::usage);
}

TEST_F(OptionsTest, ANamedFileThatIsMissingIsAnError) {
  EXPECT_EQ(parse({"--config", "/nonexistent"}).error().code, base::Exit::no_input);
}

}  // namespace
}  // namespace options_test
