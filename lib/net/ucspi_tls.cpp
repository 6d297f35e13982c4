#include "net/ucspi_tls.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "fs/stamp.hpp"

namespace net {

namespace {

constexpr std::size_t facts_limit = 32 * 1024;
constexpr std::size_t value_limit = 1000;

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// An open descriptor that a variable names, or -1.
int descriptor_in(const char* name) {
  const auto number = base::parse_number(from_environment(name), INT_MAX);
  // Where it is not set, the list that has it is left alone: a child of a listener would copy it.
  if (std::getenv(name) != nullptr) unsetenv(name);
  if (!number || *number < 3) return -1;
  const int descriptor = static_cast<int>(*number);
  return fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 ? descriptor : -1;
}

std::string from_hex(std::string_view text) {
  std::string out;
  if (text.size() % 2 != 0) return out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = base::hex_value(text[i]);
    const int low = base::hex_value(text[i + 1]);
    if (high < 0 || low < 0) return {};
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

bool is_whole(std::string_view text) {
  return text.size() >= 2 && text[text.size() - 1] == '\0' && text[text.size() - 2] == '\0';
}

bool wait_for(int descriptor, Wire::Clock::time_point end) {
  pollfd waiting = {descriptor, POLLIN, 0};
  int ready = 0;
  do {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Wire::Clock::now()).count();
    ready = poll(&waiting, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX)));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

std::string variable(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\0'), text.size());
    const auto entry = text.substr(0, end);
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return std::string(entry.substr(name.size() + 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

TlsFacts tls_facts(const std::function<std::string(const char* name)>& value) {
  const auto text = [&](const char* name) { return base::printable(value(name), value_limit); };
  TlsFacts out;
  out.protocol = text("SSL_PROTOCOL");
  out.cipher = text("SSL_CIPHER");
  out.server_name = text("SSL_TLS_SNI");
  if (value("SSL_CLIENT_VERIFY") == "SUCCESS") {
    out.client = text("SSL_CLIENT_S_DN");
    out.client_email = text("SSL_CLIENT_SAN_Email_0");
  }
  out.exporter = from_hex(value("TLS_EXPORTER"));
  out.end_point = from_hex(value("TLS_SERVER_END_POINT"));
  return out;
}

std::optional<TlsFacts> tls_from_environment() {
  if (from_environment("SSL_PROTOCOL").empty()) return std::nullopt;
  return tls_facts(from_environment);
}

std::optional<UcspiTls> UcspiTls::find() {
  const int control = descriptor_in("SSLCTLFD");
  const int read = descriptor_in("SSLREADFD");
  const int write = descriptor_in("SSLWRITEFD");
  if (control < 0 || read < 0 || write < 0) return std::nullopt;
  return UcspiTls(control, read, write);
}

base::Result<std::string> UcspiTls::ask(int timeout) const {
  const auto failed = base::fail(base::Exit::protocol, "TLS: there was no handshake");
  TRY(fs::write_all(control_, "Y"));
  const auto end = Wire::Clock::now() + std::chrono::milliseconds(timeout);
  std::string out;
  char chunk[4096];
  while (!is_whole(out)) {
    if (out.size() > facts_limit || !wait_for(control_, end)) return failed;
    const ssize_t got = ::read(control_, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failed;
    out.append(chunk, static_cast<std::size_t>(got));
  }
  return out;
}

base::Result<void> UcspiTls::take_over() const {
  // A log that follows the connection must not go into it in plaintext.
  const bool log_too = fs::same_file(0, 2);
  if (dup2(read_, 0) < 0 || dup2(write_, 1) < 0 || (log_too && dup2(read_, 2) < 0))
    return base::system_error("take over the TLS connection");
  // Whoever waits for the end of what is written or read must not wait for these.
  for (const int descriptor : {read_, write_, control_}) close(descriptor);
  return {};
}

base::Result<TlsFacts> UcspiTls::start(Wire& wire, int timeout) const {
  TRY(wire.flush());
  TRY_ASSIGN(const std::string variables, ask(timeout));
  TRY(take_over());
  wire.drop_pending();
  return tls_facts([&](const char* name) { return variable(variables, name); });
}

}  // namespace net
