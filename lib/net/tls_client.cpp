#include "net/tls_client.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/ascii.hpp"
#include "base/scanner.hpp"
#include "net/network.hpp"
#include "net/tls_context.hpp"

namespace net {

namespace {

using Clock = std::chrono::steady_clock;
using Trust = TlsTerms::Trust;

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
using Certificate = std::unique_ptr<X509, CertificateFree>;
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;

std::string reason(const char* otherwise) {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text == nullptr ? otherwise : text;
}

base::Error unusable(const char* what) {
  return base::fail(base::Exit::configuration, std::string("TLS: ") + what + ": " + reason("cannot be used"));
}

/// Nobody is there to type one.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

Bio reader(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate next_certificate(BIO* bio) {
  return Certificate(PEM_read_bio_X509(bio, nullptr, no_passphrase, nullptr));
}

bool is_address(const std::string& name) {
  return !plain_address(name).empty();
}

base::Result<void> add_authorities(SSL_CTX* context, const std::string& text) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  const auto bio = reader(text);
  bool any = false;
  while (const auto one = next_certificate(bio.get()))
    any = X509_STORE_add_cert(store, one.get()) == 1 || any;
  if (!any) return unusable("the authorities");
  ERR_clear_error();
  return {};
}

base::Result<void> present_certificate(SSL* ssl, const std::string& text) {
  const auto bio = reader(text);
  const auto own = next_certificate(bio.get());
  if (!own || SSL_use_certificate(ssl, own.get()) != 1) return unusable("the client certificate");
  while (const auto one = next_certificate(bio.get())) SSL_add1_chain_cert(ssl, one.get());
  ERR_clear_error();
  const auto again = reader(text);
  const Key key(PEM_read_bio_PrivateKey(again.get(), nullptr, no_passphrase, nullptr));
  if (!key || SSL_use_PrivateKey(ssl, key.get()) != 1) return unusable("the client certificate's key");
  return {};
}

/// `3 1 1 HEX`. Usages 0 and 1 are not for mail (RFC 7672 section 3.1.3).
bool add_tlsa(SSL* ssl, std::string_view record) {
  base::Scanner in(record);
  std::uint8_t numbers[3];
  for (auto& number : numbers) {
    const auto value = base::parse_number(in.take_while(base::is_digit), 255);
    if (!value || !in.take(' ')) return false;
    number = static_cast<std::uint8_t>(*value);
  }
  const auto digits = record.substr(in.offset());
  if (numbers[0] != 2 && numbers[0] != 3) return false;
  std::string data;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = base::hex_value(digits[i]);
    const int low = i + 1 < digits.size() ? base::hex_value(digits[i + 1]) : -1;
    if (high < 0 || low < 0) return false;
    data += static_cast<char>(high * 16 + low);
  }
  const bool added = SSL_dane_tlsa_add(ssl, numbers[0], numbers[1], numbers[2],
                                       reinterpret_cast<const unsigned char*>(data.data()), data.size()) > 0;
  ERR_clear_error();
  return added;
}

bool expect_names(SSL* ssl, const TlsTerms& terms) {
  // A common name names no host (RFC 8461 section 4.1) but for DANE (RFC 7672 section 3.2.3).
  const unsigned subject = terms.trust == Trust::dane ? 0 : X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | subject);
  bool good = !terms.names.empty();
  for (const auto& name : terms.names) {
    good = good && (is_address(name) ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1
                                     : SSL_add1_host(ssl, name.c_str()) == 1);
  }
  return good;
}

/// Whether the certificate will be checked.
base::Result<bool> set_trust(SSL* ssl, const TlsTerms& terms) {
  if (terms.trust == Trust::anyone) return false;
  if (terms.trust == Trust::dane) {
    const std::string& base = terms.names.empty() ? terms.server_name : terms.names.front();
    if (SSL_dane_enable(ssl, base.c_str()) != 1) return unusable("DANE");
    SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
    bool usable = false;
    for (const auto& record : terms.tlsa) usable = add_tlsa(ssl, record) || usable;
    if (!usable) return false;
  }
  if (!expect_names(ssl, terms)) return unusable("the name that is expected");
  SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  return true;
}

/// The certificate's verdict as reports call it (RFC 8460 section 4.3.2).
std::string kind_of(long verdict) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "certificate-expired";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "certificate-host-mismatch";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return "certificate-not-trusted";
    case X509_V_ERR_DANE_NO_MATCH:
      return "tlsa-invalid";
    default:
      return "validation-failure";
  }
}

class Session : public TlsChannel {
 public:
  Session(Ssl ssl, bool checked) : ssl_(std::move(ssl)), checked_(checked) {}
  ~Session() override {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }

  ssize_t receive(char* into, std::size_t most) override {
    std::size_t got = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_.get(), into, most, &got);
    return result == 1 ? static_cast<ssize_t>(got) : outcome(result, 0);
  }

  ssize_t send(std::string_view text) override {
    std::size_t sent = 0;
    ERR_clear_error();
    const int result = SSL_write_ex(ssl_.get(), text.data(), text.size(), &sent);
    return result == 1 ? static_cast<ssize_t>(sent) : outcome(result, -1);
  }

  short events() const override { return events_; }
  bool verified() const override { return checked_ && SSL_get_verify_result(ssl_.get()) == X509_V_OK; }
  std::string describe() const override {
    return std::string(SSL_get_version(ssl_.get())) + " " + SSL_get_cipher_name(ssl_.get());
  }

  std::string kind_of_failure() const {
    return checked_ ? kind_of(SSL_get_verify_result(ssl_.get())) : kind_of(X509_V_OK);
  }

  base::Result<void> shake_hands(int descriptor, int timeout) {
    const auto end = Clock::now() + std::chrono::milliseconds(timeout);
    while (true) {
      ERR_clear_error();
      const int result = SSL_connect(ssl_.get());
      if (result == 1) return {};
      if (outcome(result, -1) != -1 || errno != EAGAIN) return failure();
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
      pollfd waiting = {descriptor, events_, 0};
      if (left <= 0 || poll(&waiting, 1, static_cast<int>(left)) == 0)
        return base::fail(base::Exit::protocol, "TLS handshake: took too long");
    }
  }

 private:
  /// In the manner of a system call.
  ssize_t outcome(int result, ssize_t at_end) {
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_ZERO_RETURN) return at_end;
    const bool blocked = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    if (blocked) events_ = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    errno = blocked ? EAGAIN : ECONNRESET;
    return -1;
  }

  base::Error failure() const {
    const long verdict = SSL_get_verify_result(ssl_.get());
    const auto why = reason("the host went away");
    return base::fail(
        base::Exit::protocol,
        "TLS handshake: " + (verdict == X509_V_OK ? why : X509_verify_cert_error_string(verdict)));
  }

  Ssl ssl_;
  bool checked_;
  short events_ = POLLIN;
};

}  // namespace

TlsClient::TlsClient() = default;
TlsClient::~TlsClient() = default;
TlsClient::TlsClient(TlsClient&&) noexcept = default;

void TlsClient::ContextFree::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

base::Result<ssl_ctx_st*> TlsClient::context_for(const TlsTerms& terms) {
  const bool trusting = terms.trust != Trust::authorities;
  const auto key = trusting ? "-" : terms.authorities;
  if (const auto known = contexts_.find(key); known != contexts_.end()) return known->second.get();
  ERR_clear_error();
  Context context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const raw = context.get();
  if (raw == nullptr || SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1 ||
      SSL_CTX_dane_enable(raw) != 1)
    return base::fail(base::Exit::temporary, "TLS: no context");
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(
      raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  if (!trusting && terms.authorities.empty() && SSL_CTX_set_default_verify_paths(raw) != 1)
    return unusable("the system's authorities");
  if (!trusting && !terms.authorities.empty()) TRY(add_authorities(raw, terms.authorities));
  return contexts_.emplace(key, std::move(context)).first->second.get();
}

base::Result<std::unique_ptr<TlsChannel>> TlsClient::connect(int descriptor, const TlsTerms& terms,
                                                             int timeout) {
  failure_.clear();
  TRY_ASSIGN(ssl_ctx_st* const context, context_for(terms));
  Ssl ssl(SSL_new(context));
  const int flags = fcntl(descriptor, F_GETFL);
  if (!ssl || flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 ||
      SSL_set_fd(ssl.get(), descriptor) != 1)
    return base::fail(base::Exit::temporary, "TLS: no connection");
  if (!terms.server_name.empty() && !is_address(terms.server_name))
    SSL_set_tlsext_host_name(ssl.get(), terms.server_name.c_str());
  if (!terms.certificate.empty()) TRY(present_certificate(ssl.get(), terms.certificate));
  TRY_ASSIGN(const bool checked, set_trust(ssl.get(), terms));
  auto session = std::make_unique<Session>(std::move(ssl), checked);
  const auto shaken = session->shake_hands(descriptor, timeout);
  failure_ = shaken ? "" : session->kind_of_failure();
  if (!shaken) return shaken.error();
  return std::unique_ptr<TlsChannel>(std::move(session));
}

}  // namespace net
