// TLS for a program that a wrapper such as tls-wrap(8) has started: it talks in plaintext on its connection
// until it asks for TLS over a control descriptor, and from then on the wrapper, which alone holds the key,
// passes everything in the clear over two other descriptors (UCSPI-TLS: SSLCTLFD, SSLREADFD, SSLWRITEFD).
// Nothing here knows how TLS works.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/wire.hpp"

namespace net {

/// What the wrapper says of a handshake. Every text is printable and at most 1000 octets; empty where there
/// is none. The names of the variables are those of mod_ssl where it has one.
struct TlsFacts {
  std::string protocol;      // SSL_PROTOCOL: "TLSv1.3"
  std::string cipher;        // SSL_CIPHER: "TLS_AES_256_GCM_SHA384"
  std::string server_name;   // SSL_TLS_SNI: what the client asked for
  std::string client;        // SSL_CLIENT_S_DN: subject of a client certificate that was verified
  std::string client_email;  // SSL_CLIENT_SAN_Email_0: its first address
  std::string exporter;      // TLS_EXPORTER: 32 octets of the binding tls-exporter (RFC 9266)
  std::string end_point;     // TLS_SERVER_END_POINT: octets of that binding (RFC 5929)
};

/// The value of one among `NAME=value`, NUL after each; empty: it is not there.
std::string variable(std::string_view variables, std::string_view name);

/// From variables, however they are looked up; bindings are hexadecimal there.
TlsFacts tls_facts(const std::function<std::string(const char* name)>& value);

/// Of a program that was started when TLS had begun already (ports 465, 993, 995). Nothing: it had not.
std::optional<TlsFacts> tls_from_environment();

class UcspiTls {
 public:
  UcspiTls(int control, int read, int write) : control_(control), read_(read), write_(write) {}

  /// From the environment, from which the three variables are taken; the descriptors go to no program that
  /// is started later. Nothing: TLS is not to be had.
  static std::optional<UcspiTls> find();

  /// Writes what `wire` still holds, asks for the handshake, waits for its end, puts the new descriptors on 0
  /// and 1, where `wire` must be, and drops all plaintext it has read. The wrapper limits the time; so does
  /// `timeout` (milliseconds). After an error, which is Exit::protocol, the connection is of no use.
  base::Result<TlsFacts> start(Wire& wire, int timeout) const;

  /// The two halves of it, for programs that are several processes. ask() waits for the handshake and returns
  /// the variables, each `NAME=value` and a NUL.
  base::Result<std::string> ask(int timeout) const;
  /// In every process that holds the connection on 0 and 1, and on 2 where it is the same.
  base::Result<void> take_over() const;

 private:
  int control_;
  int read_;
  int write_;
};

}  // namespace net
