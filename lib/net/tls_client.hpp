// The client's side of TLS on a connection that exists (RFC 8446, 3207), with what a sender of mail asks of
// the other side: nothing (RFC 7435), a certificate of a known authority (RFC 8461), or one that the DNS
// names (RFC 7672). TLS 1.2 and 1.3.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/channel.hpp"

struct ssl_ctx_st;

namespace net {

struct TlsTerms {
  enum class Trust { anyone, authorities, dane };
  Trust trust = Trust::anyone;
  std::string server_name = {};         // for SNI; an address is not sent
  std::vector<std::string> names = {};  // DNS names or addresses, one of which the certificate must have
  std::vector<std::string> tlsa = {};   // `USAGE SELECTOR TYPE HEX`, as rdata_text() writes them
  std::string authorities = {};         // PEM, certificates that are trusted; empty: the system's
  std::string certificate = {};         // PEM, our chain and its key; empty: none
};

/// A connection that is encrypted. Its end says goodbye.
class TlsChannel : public Channel {
 public:
  /// Whether the certificate is what the terms ask for; never with Trust::anyone, nor where no TLSA record
  /// could be used (RFC 7672 section 2.2).
  virtual bool verified() const = 0;
  /// For the log: "TLSv1.3 TLS_AES_256_GCM_SHA384".
  virtual std::string describe() const = 0;
};

/// Sets OpenSSL up when it is first used, and reads authorities once.
class TlsClient {
 public:
  TlsClient();
  ~TlsClient();
  TlsClient(TlsClient&&) noexcept;

  /// The handshake on `descriptor`, which never blocks afterwards and stays the caller's, in `timeout`
  /// milliseconds. Exit::protocol: it failed, or the certificate is not what is asked for;
  /// Exit::configuration: certificate or authorities cannot be used.
  base::Result<std::unique_ptr<TlsChannel>> connect(int descriptor, const TlsTerms& terms, int timeout);

  /// What kind of failure the last handshake was, as reports call it (RFC 8460 section 4.3.2); empty: none.
  const std::string& failure() const { return failure_; }

 private:
  struct ContextFree {
    void operator()(ssl_ctx_st* context) const;
  };
  using Context = std::unique_ptr<ssl_ctx_st, ContextFree>;
  base::Result<ssl_ctx_st*> context_for(const TlsTerms& terms);

  std::map<std::string, Context> contexts_;  // by authorities
  std::string failure_;
};

}  // namespace net
