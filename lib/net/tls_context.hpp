// What a TLS server is set up with once: certificates and keys, versions, suites. TLS 1.2 and 1.3 only, with
// forward secrecy and authenticated encryption; no renegotiation, no compression.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

struct ssl_st;

namespace net {

struct TlsSettings {
  /// `FILE` or `FILE:KEYFILE`, PEM: the chain, the server's own certificate first, and its key. The first of
  /// them is the one for clients that name no server, or none that is here.
  std::vector<std::string> certificates;
  std::string client_ca;  // PEM: who may have signed client certificates, which are asked for; empty: nobody
  bool tickets = true;    // let sessions be resumed: of use where one context serves many connections
};

struct SslFree {
  void operator()(ssl_st* ssl) const;
};
using Ssl = std::unique_ptr<ssl_st, SslFree>;

class TlsContext {
 public:
  /// Reads every file; afterwards none is needed. Exit::configuration names the file that is wrong, also when
  /// others than owner and group may read a key, or everybody may write to a file.
  static base::Result<TlsContext> load(const TlsSettings& settings);

  /// The server's side of a connection on two descriptors, which stay the caller's.
  base::Result<Ssl> make(int in, int out) const;

 private:
  struct Set;
  std::shared_ptr<const Set> set_;
};

}  // namespace net
