#include "net/tls_session.hpp"

#include <thread>

#include "net/ucspi_tls.hpp"
#include "tls_client.hpp"

namespace tls_session_test {
namespace {

using State = net::TlsSession::State;

/// A handshake, and then the server's side; the client goes on by itself.
template <class Client, class Server>
void play(Client client_part, Server server_part) {
  const test::Certificate certificate("DNS:mx.test");
  const auto context = net::TlsContext::load({{certificate.path()}, "", true});
  ASSERT_TRUE(context);
  test::Client client;
  std::thread thread([&] { client_part(client); });
  server_part(net::TlsSession::accept(*context, client.server, client.server, 5'000), client);
  thread.join();
}

net::TlsSession::Piece read_when_there(net::TlsSession& session, std::span<char> room) {
  while (true) {
    const auto piece = session.read(room);
    if (piece.state != State::blocked) return piece;
    std::this_thread::yield();
  }
}

TEST(TlsSession, AnEndThatWasSaidAndOneThatWasNotDiffer) {
  for (const bool said : {true, false}) {
    play(
        [&](test::Client& client) {
          ASSERT_EQ(SSL_connect(client.ssl), 1);
          EXPECT_EQ(SSL_write(client.ssl, "hello", 5), 5);
          if (said) SSL_shutdown(client.ssl);
          if (!said) client.cut();
        },
        [&](base::Result<net::TlsSession> session, test::Client&) {
          ASSERT_TRUE(session) << session.error().what;
          char room[100];
          EXPECT_EQ(read_when_there(*session, room).size, 5U);
          EXPECT_EQ(read_when_there(*session, room).state, said ? State::closed : State::truncated);
        });
  }
}

TEST(TlsSession, BothEndsHaveTheSameBinding) {
  unsigned char theirs[32] = {};
  play(
      [&](test::Client& client) {
        SSL_set_tlsext_host_name(client.ssl, "mx.test");
        ASSERT_EQ(SSL_connect(client.ssl), 1);
        constexpr std::string_view label = "EXPORTER-Channel-Binding";
        SSL_export_keying_material(client.ssl, theirs, sizeof theirs, label.data(), label.size(), nullptr, 0,
                                   0);
        EXPECT_EQ(client.read(), "x");
        SSL_shutdown(client.ssl);
      },
      [&](base::Result<net::TlsSession> session, test::Client&) {
        ASSERT_TRUE(session);
        const auto variables = session->variables();
        EXPECT_EQ(session->write("x").size, 1U);
        EXPECT_EQ(session->end_writing().state, State::ok);
        const auto facts = net::tls_facts([&](const char* name) { return net::variable(variables, name); });
        EXPECT_EQ(facts.protocol, "TLSv1.3");
        EXPECT_EQ(facts.server_name, "mx.test");
        EXPECT_EQ(facts.end_point.size(), 32U);
        EXPECT_EQ(facts.exporter.size(), 32U);
        EXPECT_TRUE(variables.ends_with(std::string(2, '\0')));
        // The client has derived its own by the time it ends.
        char room[10];
        (void)read_when_there(*session, room);
        EXPECT_EQ(facts.exporter, std::string(reinterpret_cast<char*>(theirs), sizeof theirs));
      });
}

TEST(TlsSession, WhatIsNoHandshakeIsAnError) {
  play([](test::Client& client) { (void)send(SSL_get_fd(client.ssl), "EHLO client.test\r\n", 18, 0); },
       [](base::Result<net::TlsSession> session, test::Client&) {
         ASSERT_FALSE(session);
         EXPECT_EQ(session.error().code, base::Exit::protocol);
       });
  const test::Certificate certificate("DNS:mx.test");
  const auto context = net::TlsContext::load({{certificate.path()}, "", true});
  test::Client silent;
  const auto session = net::TlsSession::accept(*context, silent.server, silent.server, 10);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().what, "TLS handshake: took too long");
}

}  // namespace
}  // namespace tls_session_test
