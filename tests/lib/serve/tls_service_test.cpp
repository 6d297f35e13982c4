#include "serve/tls_service.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "../net/tls_client.hpp"

namespace tls_service_test {
namespace {

constexpr const char* forged = "mallory";

/// A service in a process of its own, which gives up its rights, and its one client.
class TlsService : public testing::Test {
 protected:
  ~TlsService() override {
    if (pid_ > 0) (void)status();
  }

  void start(const std::string& script, bool implicit) {
    start(std::vector<std::string>{"bash", "-c", script}, implicit);
  }

  void start(std::vector<std::string> program, bool implicit, const std::string& peer = "192.0.2.7") {
    const auto context = net::TlsContext::load({{certificate_.path()}, "", false}).value();
    pid_ = fork();
    if (pid_ == 0) {
      dup2(client_.server, 0);
      dup2(client_.server, 1);
      close(client_.server);
      close(client_.descriptor());
      setenv("SSL_CLIENT_S_DN", forged, 1);
      setenv("TLS_EXPORTER", forged, 1);
      setenv("SSLCTLFD", "1", 1);
      setenv("UCSPITLS", forged, 1);
      const serve::TlsService service = {std::move(program), implicit, 2000, {65534, 65534}};
      const auto done = serve::serve_tls(context, service, {peer, "4000"});
      _exit(done ? *done : 100);
    }
    close(std::exchange(client_.server, -1));
  }

  bool shake_hands() {
    SSL_set_tlsext_host_name(client_.ssl, "mx.example");
    return SSL_connect(client_.ssl) == 1;
  }
  void say(const std::string& text) { SSL_write(client_.ssl, text.data(), static_cast<int>(text.size())); }
  std::string plain() {
    char text[1000];
    const auto got = recv(client_.descriptor(), text, sizeof text, 0);
    return std::string(text, got > 0 ? static_cast<std::size_t>(got) : 0);
  }
  int status() {
    int out = -1;
    // It would wait for that a while.
    client_.cut();
    waitpid(std::exchange(pid_, 0), &out, 0);
    return WIFEXITED(out) ? WEXITSTATUS(out) : -1;
  }

  test::Certificate certificate_{"DNS:mx.example"};
  test::Client client_;
  pid_t pid_ = 0;
};

TEST_F(TlsService, AProgramBeginsBehindTheHandshake) {
  start(
      "read line; echo \"$line $TLS $SSL_PROTOCOL $SSL_TLS_SNI $PROTO $TCPREMOTEIP $TCPREMOTEPORT\"; exit 7",
      true);
  ASSERT_TRUE(shake_hands());
  say("hello\n");
  EXPECT_EQ(client_.read(), "hello 1 TLSv1.3 mx.example TCP 192.0.2.7 4000\n");
  EXPECT_EQ(client_.read(), "");
  EXPECT_EQ(status(), 7);
}

TEST_F(TlsService, NobodyElseSaysWhatOnlyAHandshakeCan) {
  start("echo \"$SSL_CLIENT_S_DN/$SSLCTLFD/${UCSPITLS-none}/${#TLS_EXPORTER}\"", true);
  ASSERT_TRUE(shake_hands());
  // 32 octets in hex.
  EXPECT_EQ(client_.read(), "//none/64\n");
}

TEST_F(TlsService, WithoutAHandshakeThereIsNoProgram) {
  start("echo started; exit 7", true);
  ASSERT_EQ(send(client_.descriptor(), "EHLO c\r\n\r\n\r\n", 12, 0), 12);
  // An alert at most.
  EXPECT_EQ(plain().find("started"), std::string::npos);
  EXPECT_EQ(status(), static_cast<int>(base::Exit::protocol));
}

TEST_F(TlsService, AProgramThatAsksForNoTlsHasTheConnectionItself) {
  start(
      "echo \"${UCSPITLS-none} $TCPREMOTEIP ${TLS-none} ${SSL_CLIENT_S_DN-none}\"; read line; echo "
      "\"$line\"; exit 3",
      false);
  EXPECT_EQ(plain(), " 192.0.2.7 none none\n");
  ASSERT_EQ(send(client_.descriptor(), "hello\n", 6, 0), 6);
  EXPECT_EQ(plain(), "hello\n");
  EXPECT_EQ(plain(), "");
  EXPECT_EQ(status(), 3);
}

TEST_F(TlsService, AProgramBeginsTlsWhenItLikes) {
  start(
      "echo 220; printf y >&$SSLCTLFD; exec <&$SSLREADFD >&$SSLWRITEFD; read line; echo \"tls $line\"; exit "
      "5",
      false);
  EXPECT_EQ(plain(), "220\n");
  ASSERT_TRUE(shake_hands());
  say("hello\n");
  EXPECT_EQ(client_.read(), "tls hello\n");
  EXPECT_EQ(status(), 5);
}

TEST_F(TlsService, AProgramThatWantsToKnowIsTold) {
  start(
      "printf Y >&$SSLCTLFD; said=$(tr '\\0' '\\n' <&$SSLCTLFD); exec >&$SSLWRITEFD; grep ^SSL_PROTOCOL= "
      "<<<\"$said\"",
      false);
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(client_.read(), "SSL_PROTOCOL=TLSv1.3\n");
  EXPECT_EQ(status(), 0);
}

TEST_F(TlsService, AHandshakeThatFailsIsToldByTheEndOfTheControl) {
  start("printf Y >&$SSLCTLFD; read -t 5 -N 1 <&$SSLCTLFD && exit 1; exit 9", false);
  client_.cut();
  EXPECT_EQ(status(), 9);
}

TEST_F(TlsService, AProgramThatIsNotThereIsNamedByTheStatus) {
  start(std::vector<std::string>{"/nonexistent/program"}, false);
  EXPECT_EQ(plain(), "");
  EXPECT_EQ(status(), static_cast<int>(base::Exit::no_input));
}

TEST_F(TlsService, APipeHasNoPeer) {
  start(std::vector<std::string>{"bash", "-c", "echo ${TCPREMOTEIP-none} ${PROTO-none}"}, true, "unknown");
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(client_.read(), "none none\n");
}

}  // namespace
}  // namespace tls_service_test
