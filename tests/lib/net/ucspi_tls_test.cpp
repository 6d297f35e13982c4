#include "net/ucspi_tls.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <thread>

#include "fs/fd.hpp"

namespace ucspi_tls_test {
namespace {

using std::string_literals::operator""s;

struct Pair {
  Pair() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ours.reset(ends[0]);
    theirs.reset(ends[1]);
  }
  fs::Fd ours;
  fs::Fd theirs;
};

TEST(UcspiTls, FactsArePrintableAndOnlyVerifiedClientsCount) {
  std::map<std::string, std::string> variables = {
      {"SSL_PROTOCOL", "TLSv1.3"},   {"SSL_CIPHER", "A\r\nB"},      {"SSL_TLS_SNI", "mx.test"},
      {"SSL_CLIENT_S_DN", "CN=bob"}, {"SSL_CLIENT_VERIFY", "NONE"}, {"TLS_EXPORTER", "00fF"},
      {"TLS_SERVER_END_POINT", "xy"}};
  const auto look_up = [&](const char* name) { return variables[name]; };
  auto facts = net::tls_facts(look_up);
  EXPECT_EQ(facts.protocol, "TLSv1.3");
  EXPECT_EQ(facts.cipher, "A\\r\\nB");
  EXPECT_EQ(facts.server_name, "mx.test");
  EXPECT_EQ(facts.client, "");
  EXPECT_EQ(facts.exporter, "\x00\xFF"s);
  EXPECT_EQ(facts.end_point, "");
  variables["SSL_CLIENT_VERIFY"] = "SUCCESS";
  variables["SSL_CLIENT_SAN_Email_0"] = "bob@example.test";
  facts = net::tls_facts(look_up);
  EXPECT_EQ(facts.client, "CN=bob");
  EXPECT_EQ(facts.client_email, "bob@example.test");
}

TEST(UcspiTls, AVariableIsFoundByItsWholeName) {
  const auto text = "AB=1\0A=2=3\0C=\0\0"s;
  EXPECT_EQ(net::variable(text, "A"), "2=3");
  EXPECT_EQ(net::variable(text, "AB"), "1");
  EXPECT_EQ(net::variable(text, "C"), "");
  EXPECT_EQ(net::variable(text, "B"), "");
}

TEST(UcspiTls, NeedsAllThreeDescriptorsAndTakesThemFromTheEnvironment) {
  EXPECT_FALSE(net::UcspiTls::find());
  const Pair pair;
  for (const char* last : {"x", "2", "999", ""}) {
    setenv("SSLCTLFD", std::to_string(pair.ours.get()).c_str(), 1);
    setenv("SSLREADFD", std::to_string(pair.theirs.get()).c_str(), 1);
    setenv("SSLWRITEFD", last, 1);
    EXPECT_FALSE(net::UcspiTls::find()) << last;
    EXPECT_EQ(getenv("SSLCTLFD"), nullptr);
  }
  setenv("SSLCTLFD", std::to_string(pair.ours.get()).c_str(), 1);
  setenv("SSLREADFD", std::to_string(pair.theirs.get()).c_str(), 1);
  setenv("SSLWRITEFD", std::to_string(pair.theirs.get()).c_str(), 1);
  EXPECT_TRUE(net::UcspiTls::find());
  EXPECT_FALSE(net::UcspiTls::find());
}

/// A child that asks; its exit status: 0 all as it should be.
int ask_for_tls(Pair& control, Pair& input, Pair& output) {
  const Pair connection;
  const pid_t pid = fork();
  if (pid == 0) {
    control.ours.reset();
    dup2(connection.theirs.get(), 0);
    dup2(connection.theirs.get(), 1);
    (void)fs::write_all(connection.ours.get(), "PLAIN\n");
    net::Wire wire(0, 1, 5'000);
    const bool plain = wire.bytes().text == "PLAIN\n";
    const net::UcspiTls tls(control.theirs.release(), input.theirs.release(), output.theirs.release());
    const auto facts = tls.start(wire, 5'000);
    if (!facts) _exit(1);
    const auto line = wire.line(100);
    const bool right = plain && facts->protocol == "TLSv1.3" && line.text == "SECRET";
    (void)wire.write("ANSWER");
    _exit(right && wire.flush() ? 0 : 2);
  }
  control.theirs.reset();
  char wish = 0;
  EXPECT_EQ(read(control.ours.get(), &wish, 1), 1);
  EXPECT_EQ(wish, 'Y');
  return pid;
}

int exit_of(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(UcspiTls, AfterTheHandshakeTheWireIsTheOtherPairAndPlaintextIsForgotten) {
  Pair control, input, output;
  const pid_t pid = ask_for_tls(control, input, output);
  // In two pieces, as a socket may give them.
  ASSERT_TRUE(fs::write_all(control.ours.get(), "SSL_PROTOCOL=TLS"));
  ASSERT_TRUE(fs::write_all(control.ours.get(), "v1.3\0\0"s));
  ASSERT_TRUE(fs::write_all(input.ours.get(), "SECRET\r\n"));
  char answer[10];
  EXPECT_EQ(read(output.ours.get(), answer, sizeof answer), 6);
  EXPECT_EQ(exit_of(pid), 0);
}

TEST(UcspiTls, NoHandshakeIsAnError) {
  Pair control, input, output;
  const pid_t pid = ask_for_tls(control, input, output);
  ASSERT_TRUE(fs::write_all(control.ours.get(), "SSL_PROTOCOL=TLSv1.3\0"s));
  control.ours.reset();
  EXPECT_EQ(exit_of(pid), 1);
}

TEST(UcspiTls, EndlessFactsAreAnError) {
  Pair control;
  const net::UcspiTls tls(control.theirs.get(), -1, -1);
  std::thread wrapper([&] { (void)fs::write_all(control.ours.get(), std::string(40'000, 'x')); });
  EXPECT_FALSE(tls.ask(5'000));
  wrapper.join();
  EXPECT_FALSE(net::UcspiTls(Pair().theirs.get(), -1, -1).ask(0));
}

}  // namespace
}  // namespace ucspi_tls_test
