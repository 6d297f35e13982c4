#include "net/tls_client.hpp"

#include <fstream>
#include <sstream>
#include <thread>

#include "fs/fd.hpp"
#include "net/tls_session.hpp"
#include "net/wire.hpp"
#include "tls_client.hpp"

namespace tls_client_test {
namespace {

using Trust = net::TlsTerms::Trust;

/// A server with that certificate, which says "hello" and hears what the client says until its end.
class Server {
 public:
  explicit Server(const std::string& certificate, const std::string& client_ca = "") {
    // As in every program here: a write that nobody will read is an error, no end.
    std::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    client.reset(ends[0]);
    server_.reset(ends[1]);
    auto context = net::TlsContext::load({{certificate}, client_ca, true});
    EXPECT_TRUE(context);
    thread_ = std::thread([this, context = std::move(*context)] { serve(context); });
  }
  ~Server() { finish(); }
  void finish() {
    client.reset();
    if (thread_.joinable()) thread_.join();
  }
  fs::Fd client;
  std::string heard;

 private:
  void serve(const net::TlsContext& context) {
    auto session = net::TlsSession::accept(context, server_.get(), server_.get(), 5000);
    if (!session) {
      server_.reset();
      return;
    }
    (void)session->write("hello\r\n");
    char room[100];
    while (true) {
      const auto piece = session->read(room);
      if (piece.state == net::TlsSession::State::ok) heard.append(room, piece.size);
      if (piece.state != net::TlsSession::State::ok && piece.state != net::TlsSession::State::blocked) break;
      std::this_thread::yield();
    }
  }
  fs::Fd server_;
  std::thread thread_;
};

std::string content(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

/// SHA-256 of the certificate or its key, as a TLSA record writes it.
std::string digest(const std::string& pem, bool key) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  unsigned char* octets = nullptr;
  const int size =
      key ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &octets) : i2d_X509(certificate, &octets);
  unsigned char sum[32];
  EVP_Digest(octets, static_cast<std::size_t>(size), sum, nullptr, EVP_sha256(), nullptr);
  std::string out;
  for (const auto one : sum) {
    char text[3];
    std::snprintf(text, sizeof text, "%02x", one);
    out += text;
  }
  OPENSSL_free(octets);
  X509_free(certificate);
  BIO_free(bio);
  return out;
}

net::TlsTerms terms(Trust trust) {
  net::TlsTerms out;
  out.trust = trust;
  out.server_name = "mx.test";
  out.names = {"mx.test"};
  return out;
}

/// "verified", "unverified", or why there is no connection.
std::string outcome(const std::string& certificate, const net::TlsTerms& wanted) {
  Server server(certificate);
  net::TlsClient client;
  const auto channel = client.connect(server.client.get(), wanted, 5000);
  if (!channel) return channel.error().what;
  return (*channel)->verified() ? "verified" : "unverified";
}

TEST(TlsClient, CarriesLinesBothWays) {
  const test::Certificate certificate("DNS:mx.test");
  Server server(certificate.path());
  net::TlsClient client;
  {
    auto channel = client.connect(server.client.get(), terms(Trust::anyone), 5000);
    ASSERT_TRUE(channel) << channel.error().what;
    EXPECT_FALSE((*channel)->verified());
    EXPECT_TRUE((*channel)->describe().starts_with("TLSv1.3 TLS_")) << (*channel)->describe();
    net::Wire wire(server.client.get(), server.client.get(), 5000);
    wire.go_through(**channel);
    EXPECT_TRUE(wire.write(std::string(200'000, 'x') + "\r\n"));
    EXPECT_EQ(wire.line(100).text, "hello");
  }
  server.finish();
  EXPECT_EQ(server.heard.size(), 200'002U);
}

TEST(TlsClient, AnAuthorityAndANameAreAskedFor) {
  const test::Certificate certificate("DNS:mx.test,IP:192.0.2.1");
  auto wanted = terms(Trust::authorities);
  EXPECT_EQ(outcome(certificate.path(), wanted), "TLS handshake: self-signed certificate");
  wanted.authorities = content(certificate.path());
  EXPECT_EQ(outcome(certificate.path(), wanted), "verified");
  wanted.names = {"other.test", "mx.test"};
  EXPECT_EQ(outcome(certificate.path(), wanted), "verified");
  wanted.names = {"192.0.2.1"};
  EXPECT_EQ(outcome(certificate.path(), wanted), "verified");
  wanted.names = {"other.test"};
  EXPECT_EQ(outcome(certificate.path(), wanted), "TLS handshake: hostname mismatch");
  wanted.names = {};
  EXPECT_NE(outcome(certificate.path(), wanted), "verified");
  wanted.authorities = "nonsense";
  EXPECT_NE(outcome(certificate.path(), wanted).find("the authorities"), std::string::npos);
}

TEST(TlsClient, ACommonNameIsNoNameOfAHost) {
  const test::Certificate certificate("IP:192.0.2.1", "mx.test");
  auto wanted = terms(Trust::authorities);
  wanted.authorities = content(certificate.path());
  EXPECT_EQ(outcome(certificate.path(), wanted), "TLS handshake: hostname mismatch");
  wanted.names = {"192.0.2.1"};
  EXPECT_EQ(outcome(certificate.path(), wanted), "verified");
}

TEST(TlsClient, DaneTrustsWhatTheRecordsName) {
  const test::Certificate certificate("DNS:other.test");
  const auto pem = content(certificate.path());
  const auto key = digest(pem, true), whole = digest(pem, false), wrong = std::string(64, '0');
  const struct {
    std::vector<std::string> records;
    const char* outcome;
  } rows[] = {{{"3 1 1 " + key}, "verified"},
              {{"3 0 1 " + whole}, "verified"},
              {{"3 1 1 " + wrong, "3 1 1 " + key}, "verified"},
              {{"3 1 1 " + wrong}, "TLS handshake: "},
              // An authority vouches for a name; this certificate has another.
              {{"2 0 1 " + whole}, "TLS handshake: "},
              // What cannot be used is as if TLS without a certificate were asked for.
              {{"1 0 1 " + whole}, "unverified"},
              {{"3 1 9 " + key}, "unverified"},
              {{"3 1 1 abc", "x", ""}, "unverified"}};
  for (const auto& row : rows) {
    auto wanted = terms(Trust::dane);
    wanted.tlsa = row.records;
    EXPECT_TRUE(outcome(certificate.path(), wanted).starts_with(row.outcome))
        << row.records[0] << ": " << outcome(certificate.path(), wanted);
  }
}

TEST(TlsClient, ShowsItsOwnCertificate) {
  const test::Certificate certificate("DNS:mx.test"), own("DNS:us.test");
  for (const bool shown : {true, false}) {
    Server server(certificate.path(), own.path());
    auto wanted = terms(Trust::anyone);
    if (shown) wanted.certificate = content(own.path());
    net::TlsClient client;
    EXPECT_TRUE(client.connect(server.client.get(), wanted, 5000));
  }
  Server server(certificate.path());
  auto wanted = terms(Trust::anyone);
  wanted.certificate = "nonsense";
  net::TlsClient client;
  EXPECT_EQ(client.connect(server.client.get(), wanted, 5000).error().code, base::Exit::configuration);
}

TEST(TlsClient, AHandshakeThatIsNoneOrNeverComes) {
  net::TlsClient client;
  for (const char* said : {"what?", ""}) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const fs::Fd ours(ends[0]), theirs(ends[1]);
    const auto size = static_cast<ssize_t>(std::string_view(said).size());
    ASSERT_EQ(write(theirs.get(), said, static_cast<std::size_t>(size)), size);
    const auto channel = client.connect(ours.get(), terms(Trust::anyone), 50);
    ASSERT_FALSE(channel);
    EXPECT_EQ(channel.error().code, base::Exit::protocol);
    EXPECT_EQ(channel.error().what.find("took too long") != std::string::npos, *said == '\0');
  }
}

}  // namespace
}  // namespace tls_client_test
