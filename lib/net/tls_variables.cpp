#include "net/tls_variables.hpp"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

#include "base/ascii.hpp"
#include "base/hex.hpp"

namespace net {

namespace {

constexpr std::size_t value_limit = 900;
constexpr std::string_view exporter_label = "EXPORTER-Channel-Binding";
constexpr std::size_t exporter_size = 32;

void put(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += name;
  out += '=';
  // What the client chose goes into logs and headers.
  out += base::printable(value, value_limit);
  out += '\0';
}

std::string hexadecimal(const unsigned char* bytes, std::size_t size) {
  return base::to_hex({reinterpret_cast<const char*>(bytes), size});
}

/// RFC 9266 section 4.2: with TLS 1.2 only where the master secret is bound to the handshake.
std::string exporter(SSL* ssl) {
  unsigned char bytes[exporter_size];
  const bool bound = SSL_version(ssl) >= TLS1_3_VERSION || SSL_get_extms_support(ssl) == 1;
  if (!bound || SSL_export_keying_material(ssl, bytes, sizeof bytes, exporter_label.data(),
                                           exporter_label.size(), nullptr, 0, 0) != 1)
    return {};
  return hexadecimal(bytes, sizeof bytes);
}

/// RFC 5929 section 4.1: a hash of the certificate, by the function of its signature but never a weak one.
std::string end_point(SSL* ssl) {
  X509* certificate = SSL_get_certificate(ssl);
  int hash = NID_undef;
  if (certificate == nullptr || OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &hash, nullptr) != 1)
    return {};
  if (hash == NID_undef) return {};
  const EVP_MD* function = hash == NID_md5 || hash == NID_sha1 ? EVP_sha256() : EVP_get_digestbynid(hash);
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (function == nullptr || X509_digest(certificate, function, bytes, &size) != 1) return {};
  return hexadecimal(bytes, size);
}

std::string subject(X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> text(BIO_new(BIO_s_mem()), BIO_free_all);
  X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* start = nullptr;
  const long size = BIO_get_mem_data(text.get(), &start);
  return size > 0 ? std::string(start, static_cast<std::size_t>(size)) : std::string();
}

std::string whole(const ASN1_STRING* text) {
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(text));
  std::string out(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)), size);
  return out.find('\0') == out.npos ? out : std::string();
}

}  // namespace

std::string first_address(const X509* certificate) {
  // X509_get1_email() has those of the subject first, which fewer authorities look at.
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_EMAIL) return whole(name->d.rfc822Name);
  }
  const auto* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_pkcs9_emailAddress, -1);
  return at < 0 ? std::string() : whole(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

std::string tls_variables(ssl_st* ssl) {
  std::string out;
  put(out, "SSL_PROTOCOL", SSL_get_version(ssl));
  put(out, "SSL_CIPHER", SSL_get_cipher_name(ssl));
  put(out, "SSL_CIPHER_USEKEYSIZE", std::to_string(SSL_get_cipher_bits(ssl, nullptr)));
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) put(out, "SSL_TLS_SNI", name);
  X509* client = SSL_get0_peer_certificate(ssl);
  const bool verified = client != nullptr && SSL_get_verify_result(ssl) == X509_V_OK;
  put(out, "SSL_CLIENT_VERIFY", verified ? "SUCCESS" : "NONE");
  if (verified) {
    put(out, "SSL_CLIENT_S_DN", subject(client));
    put(out, "SSL_CLIENT_SAN_Email_0", first_address(client));
  }
  put(out, "TLS_EXPORTER", exporter(ssl));
  put(out, "TLS_SERVER_END_POINT", end_point(ssl));
  out += '\0';
  return out;
}

}  // namespace net
