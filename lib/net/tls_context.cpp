#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <string_view>

#include "base/ascii.hpp"
#include "fs/plain_file.hpp"

namespace net {

namespace {

struct ContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, ContextFree>;
struct BioFree {
  void operator()(BIO* in) const { BIO_free(in); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FoundFree {
  void operator()(STACK_OF(X509_INFO) * found) const { sk_X509_INFO_pop_free(found, X509_INFO_free); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
using Certificate = std::unique_ptr<X509, CertificateFree>;

constexpr const char* suites_of_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* suites_of_1_3 =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";
constexpr std::size_t file_limit = 16 << 20;
constexpr unsigned char session_id[] = "tubepost";

/// The first error is the one that says most: those behind it say who had called.
base::Error wrong(const std::string& path) {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return base::fail(base::Exit::configuration, path + ": " + (reason == nullptr ? "cannot be used" : reason));
}

/// Nobody is there to type one.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

/// All of a file in which there is `what`: the end of the line that begins it.
base::Result<std::string> read_pem(const std::string& path, mode_t never, const std::string& what) {
  auto text = fs::read_plain(path, file_limit, never);
  if (!text) return base::fail(base::Exit::configuration, text.error().what);
  if (text->find(base::upper(what) + "-----") != text->npos) return text;
  OPENSSL_cleanse(text->data(), text->size());
  return base::fail(base::Exit::configuration, path + ": no " + what + " in it");
}

Bio reader(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

base::Result<void> load_key(SSL_CTX* context, const std::string& path) {
  TRY_ASSIGN(auto text, read_pem(path, S_IROTH | S_IWOTH, "private key"));
  const auto in = reader(text);
  const std::unique_ptr<EVP_PKEY, KeyFree> key(
      PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr));
  const bool loaded = key && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
  OPENSSL_cleanse(text.data(), text.size());
  if (!loaded) return wrong(path);
  return {};
}

/// The server's own certificate and those behind it.
base::Result<void> load_chain(SSL_CTX* context, const std::string& path) {
  TRY_ASSIGN(auto text, read_pem(path, S_IWOTH, "certificate"));
  const auto in = reader(text);
  const Certificate own(PEM_read_bio_X509_AUX(in.get(), nullptr, no_passphrase, nullptr));
  bool good = own && SSL_CTX_use_certificate(context, own.get()) == 1;
  while (good) {
    Certificate next(PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr));
    if (!next) break;
    good = SSL_CTX_add1_chain_cert(context, next.get()) == 1;
  }
  // A key may stand in it, too.
  OPENSSL_cleanse(text.data(), text.size());
  const auto last = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (!good || !at_end) return wrong(path);
  ERR_clear_error();
  return {};
}

base::Result<void> load_certificate(SSL_CTX* context, const std::string& text) {
  const auto colon = text.find(':');
  const std::string path = text.substr(0, colon);
  const std::string key = colon == text.npos ? path : text.substr(colon + 1);
  TRY(load_chain(context, path));
  TRY(load_key(context, key));
  if (SSL_CTX_check_private_key(context) != 1) return wrong(key);
  return {};
}

base::Result<void> ask_for_client_certificates(SSL_CTX* context, const std::string& path) {
  TRY_ASSIGN(const auto text, read_pem(path, S_IWOTH, "certificate"));
  const std::unique_ptr<STACK_OF(X509_INFO), FoundFree> found(
      PEM_X509_INFO_read_bio(reader(text).get(), nullptr, no_passphrase, nullptr));
  if (!found) return wrong(path);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (int i = 0; i < sk_X509_INFO_num(found.get()); ++i) {
    const X509_INFO* one = sk_X509_INFO_value(found.get(), i);
    if (one->x509 != nullptr &&
        (X509_STORE_add_cert(store, one->x509) != 1 || SSL_CTX_add_client_CA(context, one->x509) != 1))
      return wrong(path);
    if (one->crl != nullptr && X509_STORE_add_crl(store, one->crl) != 1) return wrong(path);
  }
  // A client without one is welcome; one that nobody has signed ends the handshake.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return {};
}

base::Result<Context> make_context(const std::string& certificate, const TlsSettings& settings) {
  ERR_clear_error();
  Context context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* raw = context.get();
  if (raw == nullptr) return base::fail(base::Exit::temporary, "TLS: no context");
  const bool set = SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1 &&
                   SSL_CTX_set_cipher_list(raw, suites_of_1_2) == 1 &&
                   SSL_CTX_set_ciphersuites(raw, suites_of_1_3) == 1 &&
                   SSL_CTX_set1_groups_list(raw, groups) == 1 &&
                   SSL_CTX_set_session_id_context(raw, session_id, sizeof session_id - 1) == 1;
  if (!set) return base::fail(base::Exit::software, "TLS: versions or suites are not known here");
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(
      raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  // Each connection has a process of its own: only a ticket can be resumed, a cache in memory never.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  if (!settings.tickets) {
    SSL_CTX_set_options(raw, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(raw, 0);
  }
  TRY(load_certificate(raw, certificate));
  if (!settings.client_ca.empty()) TRY(ask_for_client_certificates(raw, settings.client_ca));
  return context;
}

}  // namespace

struct TlsContext::Set {
  std::vector<Context> contexts;

  static int choose(SSL* ssl, int*, void* argument) {
    const auto& set = *static_cast<const Set*>(argument);
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    for (const auto& context : set.contexts) {
      X509* certificate = SSL_CTX_get0_certificate(context.get());
      if (X509_check_host(certificate, name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) != 1) continue;
      SSL_set_SSL_CTX(ssl, context.get());
      return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
  }
};

void SslFree::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

base::Result<TlsContext> TlsContext::load(const TlsSettings& settings) {
  if (settings.certificates.empty())
    return base::fail(base::Exit::configuration, "certificate: there is none");
  auto set = std::make_shared<Set>();
  for (const auto& certificate : settings.certificates) {
    TRY_ASSIGN(auto context, make_context(certificate, settings));
    set->contexts.push_back(std::move(context));
  }
  SSL_CTX_set_tlsext_servername_callback(set->contexts.front().get(), Set::choose);
  SSL_CTX_set_tlsext_servername_arg(set->contexts.front().get(), set.get());
  TlsContext out;
  out.set_ = std::move(set);
  return out;
}

base::Result<Ssl> TlsContext::make(int in, int out) const {
  Ssl ssl(SSL_new(set_->contexts.front().get()));
  if (!ssl || SSL_set_rfd(ssl.get(), in) != 1 || SSL_set_wfd(ssl.get(), out) != 1)
    return base::fail(base::Exit::temporary, "TLS: no memory for a connection");
  SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace net
