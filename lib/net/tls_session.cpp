#include "net/tls_session.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "net/tls_variables.hpp"

namespace net {

namespace {

using Clock = std::chrono::steady_clock;

base::Result<void> never_block(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0)
    return base::system_error("TLS: the connection");
  return {};
}

bool wait(int descriptor, short events, Clock::time_point end) {
  pollfd waiting = {descriptor, events, 0};
  int ready = 0;
  do {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    ready = poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

/// Remembers a close_notify. OpenSSL is told to take the end of the connection for one, as it would else
/// forbid to write what a client that is not so tidy still waits for.
void note_alert(const SSL* ssl, int where, int alert) {
  static char seen = 0;
  if (where == SSL_CB_READ_ALERT && (alert & 0xFF) == SSL_AD_CLOSE_NOTIFY)
    SSL_set_app_data(const_cast<SSL*>(ssl), &seen);
}

base::Error no_handshake() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return base::fail(base::Exit::protocol,
                    std::string("TLS handshake: ") + (reason == nullptr ? "the client went away" : reason));
}

}  // namespace

base::Result<TlsSession> TlsSession::accept(const TlsContext& context, int in, int out, int timeout) {
  TRY(never_block(in));
  TRY(never_block(out));
  TRY_ASSIGN(auto ssl, context.make(in, out));
  SSL_set_options(ssl.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_set_info_callback(ssl.get(), note_alert);
  const auto end = Clock::now() + std::chrono::milliseconds(timeout);
  while (true) {
    ERR_clear_error();
    const int result = SSL_accept(ssl.get());
    if (result == 1) return TlsSession(std::move(ssl));
    const int error = SSL_get_error(ssl.get(), result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return no_handshake();
    const bool reading = error == SSL_ERROR_WANT_READ;
    if (!wait(reading ? in : out, reading ? POLLIN : POLLOUT, end) || Clock::now() > end)
      return base::fail(base::Exit::protocol, "TLS handshake: took too long");
  }
}

TlsSession::Piece TlsSession::outcome(int result, State at_end) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {State::blocked, 0, Want::read};
    case SSL_ERROR_WANT_WRITE:
      return {State::blocked, 0, Want::write};
    case SSL_ERROR_ZERO_RETURN:
      return {SSL_get_app_data(ssl_.get()) == nullptr ? State::truncated : State::closed, 0, Want::nothing};
    default:
      return {at_end, 0, Want::nothing};
  }
}

TlsSession::Piece TlsSession::read(std::span<char> buffer) {
  std::size_t got = 0;
  ERR_clear_error();
  const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &got);
  return result == 1 ? Piece{State::ok, got, Want::nothing} : outcome(result, State::truncated);
}

TlsSession::Piece TlsSession::write(std::string_view text) {
  std::size_t sent = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(ssl_.get(), text.data(), text.size(), &sent);
  return result == 1 ? Piece{State::ok, sent, Want::nothing} : outcome(result, State::broken);
}

TlsSession::Piece TlsSession::end_writing() {
  ERR_clear_error();
  const int result = SSL_shutdown(ssl_.get());
  return result >= 0 ? Piece{} : outcome(result, State::broken);
}

std::string TlsSession::variables() const {
  return tls_variables(ssl_.get());
}

}  // namespace net
