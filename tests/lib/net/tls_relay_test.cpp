#include "net/tls_relay.hpp"

#include <cerrno>
#include <thread>

#include "tls_client.hpp"

namespace tls_relay_test {
namespace {

/// A relay in a thread, between a client whose handshake is done and a program that is the test.
struct Site {
  Site() {
    auto made = net::TlsProgram::make();
    EXPECT_TRUE(made);
    input = std::move(made->program_input);
    output = std::move(made->program_output);
    pair = std::move(*made);
    thread = std::thread([this] {
      const auto context = net::TlsContext::load({{certificate.path()}, "", true});
      auto session = net::TlsSession::accept(*context, client.server, client.server, 5'000);
      ASSERT_TRUE(session);
      net::relay(*session, client.server, client.server, pair, {2'000, 2'000});
      close(std::exchange(client.server, -1));
    });
    EXPECT_EQ(SSL_connect(client.ssl), 1);
  }
  ~Site() {
    input.reset();
    output.reset();
    client.cut();
    thread.join();
  }

  /// Octets until the end, or -errno.
  long read_all() {
    char room[10'000];
    long total = 0;
    ssize_t got = 0;
    while ((got = read(input.get(), room, sizeof room)) > 0) total += got;
    end = got < 0 ? errno : 0;
    return total;
  }

  test::Certificate certificate{"DNS:mx.test"};
  test::Client client;
  net::TlsProgram pair;
  fs::Fd input;
  fs::Fd output;
  std::thread thread;
  int end = 0;
};

TEST(TlsRelay, EachDirectionEndsByItself) {
  Site site;
  const std::string text(200'000, 'x');
  std::thread writer([&] {
    EXPECT_EQ(SSL_write(site.client.ssl, text.data(), 200'000), 200'000);
    SSL_shutdown(site.client.ssl);
  });
  EXPECT_EQ(site.read_all(), 200'000);
  EXPECT_EQ(site.end, 0);
  writer.join();
  EXPECT_TRUE(fs::write_all(site.output.get(), "answer"));
  site.output.reset();
  EXPECT_EQ(site.client.read(), "answer");
  EXPECT_EQ(site.client.read(), "");
  EXPECT_NE(SSL_get_shutdown(site.client.ssl) & SSL_RECEIVED_SHUTDOWN, 0);
}

TEST(TlsRelay, AConnectionThatIsCutOffIsAnErrorAfterWhatCameBefore) {
  Site site;
  EXPECT_EQ(SSL_write(site.client.ssl, "hello", 5), 5);
  site.client.cut();
  EXPECT_EQ(site.read_all(), 5);
  EXPECT_EQ(site.end, ECONNRESET);
}

TEST(TlsRelay, TheProgramMayEndItsOutputAndReadOn) {
  Site site;
  EXPECT_TRUE(fs::write_all(site.output.get(), "bye"));
  site.output.reset();
  EXPECT_EQ(site.client.read(), "bye");
  EXPECT_EQ(site.client.read(), "");
  EXPECT_EQ(SSL_write(site.client.ssl, "more", 4), 4);
  SSL_shutdown(site.client.ssl);
  EXPECT_EQ(site.read_all(), 4);
}

TEST(TlsRelay, EndsWhenTheProgramDoesThoughTheClientTalksOn) {
  Site site;
  EXPECT_EQ(SSL_write(site.client.ssl, "unread", 6), 6);
  EXPECT_TRUE(fs::write_all(site.output.get(), "bye"));
  site.output.reset();
  site.input.reset();
  EXPECT_EQ(site.client.read(), "bye");
  EXPECT_EQ(site.client.read(), "");
}

}  // namespace
}  // namespace tls_relay_test
