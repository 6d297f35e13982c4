// One TLS connection, the server's side, on descriptors that never block: the handshake, pieces in and out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/tls_context.hpp"

namespace net {

class TlsSession {
 public:
  enum class Want { nothing, read, write };
  enum class State {
    ok,         // `size` octets
    blocked,    // nothing until the descriptor is ready for `want`
    closed,     // read: the other side has said that it ends
    truncated,  // read: the connection ended without that, or broke
    broken,     // write: nobody is there any more
  };
  struct Piece {
    State state = State::ok;
    std::size_t size = 0;
    Want want = Want::nothing;
  };

  /// The handshake, within `timeout` milliseconds. Makes the descriptors non-blocking; they stay the
  /// caller's.
  static base::Result<TlsSession> accept(const TlsContext& context, int in, int out, int timeout);

  Piece read(std::span<char> buffer);
  Piece write(std::string_view text);
  /// Says that nothing more will be written.
  Piece end_writing();

  /// What UcspiTls::ask returns in the program: variables, NUL after each, one more at the end.
  std::string variables() const;

 private:
  explicit TlsSession(Ssl ssl) : ssl_(std::move(ssl)) {}
  Piece outcome(int result, State at_end);

  Ssl ssl_;
};

}  // namespace net
