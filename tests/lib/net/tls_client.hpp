// A certificate and a client for tests of the server's side.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace test {

/// A new file under TMPDIR, readable for its owner alone, with a certificate for these names and its key.
/// They are its common name, too, if nothing else is given.
class Certificate {
 public:
  explicit Certificate(const std::string& names, std::string common = "") {
    char path[] = "/tmp/tubepost-tls-XXXXXX";
    close(mkstemp(path));
    path_ = path;
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    if (common.empty()) common = names;
    auto* name = reinterpret_cast<const unsigned char*>(common.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_EXTENSION* alternatives = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(certificate, alternatives, -1);
    X509_sign(certificate, key, EVP_sha256());
    FILE* file = fopen(path, "w");
    PEM_write_X509(file, certificate);
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    fclose(file);
    X509_EXTENSION_free(alternatives);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Certificate() { unlink(path_.c_str()); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A client on one end of a socket pair, blocking; the other end is for the server.
class Client {
 public:
  Client() {
    // As in every program here: a write that nobody will read is an error, no end.
    std::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    socket_ = ends[0];
    server = ends[1];
    context_ = SSL_CTX_new(TLS_client_method());
    ssl = SSL_new(context_);
    SSL_set_fd(ssl, socket_);
  }
  ~Client() {
    SSL_free(ssl);
    SSL_CTX_free(context_);
    close(socket_);
    if (server >= 0) close(server);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  void cut() { shutdown(socket_, SHUT_RDWR); }
  /// Before TLS.
  int descriptor() const { return socket_; }

  std::string read() {
    char text[1000];
    const int got = SSL_read(ssl, text, sizeof text);
    return got > 0 ? std::string(text, static_cast<std::size_t>(got)) : std::string();
  }

  SSL* ssl = nullptr;
  int server = -1;

 private:
  SSL_CTX* context_ = nullptr;
  int socket_ = -1;
};

}  // namespace test
