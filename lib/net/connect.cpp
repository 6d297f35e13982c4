#include "net/connect.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <optional>

// The library's own code, once.
#include <boost/asio/impl/src.hpp>

namespace net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// A blocking descriptor again, which stays open when the socket object goes.
base::Result<fs::Fd> release(tcp::socket& socket) {
  boost::system::error_code trouble;
  socket.non_blocking(false, trouble);
  if (!trouble) socket.native_non_blocking(false, trouble);
  socket.set_option(tcp::no_delay(true), trouble);
  const int descriptor = fcntl(socket.native_handle(), F_DUPFD_CLOEXEC, 3);
  if (descriptor < 0) return base::system_error("take over a connection");
  return fs::Fd(descriptor);
}

base::Result<std::vector<tcp::endpoint>> look_up(const Endpoint& wanted, const std::string& where) {
  std::vector<tcp::endpoint> out;
  boost::system::error_code trouble;
  for (const auto& text : wanted.addresses) {
    const auto address = asio::ip::make_address(text, trouble);
    if (!trouble) out.emplace_back(address, wanted.port);
  }
  if (!wanted.addresses.empty()) return out;
  asio::io_context context;
  tcp::resolver resolver(context);
  const auto found =
      resolver.resolve(wanted.name, std::to_string(wanted.port), tcp::resolver::numeric_service, trouble);
  if (trouble == asio::error::host_not_found || trouble == asio::error::no_data)
    return base::fail(base::Exit::no_host, where + "no such host");
  if (trouble) return base::fail(base::Exit::temporary, where + trouble.message());
  for (const auto& entry : found) out.push_back(entry.endpoint());
  return out;
}

/// An error code that is set: nobody is there.
boost::system::error_code try_one(asio::io_context& context, tcp::socket& socket, const tcp::endpoint& to,
                                  const std::optional<asio::ip::address>& source, int timeout) {
  boost::system::error_code outcome;
  socket.open(to.protocol(), outcome);
  if (!outcome && source) socket.bind(tcp::endpoint(*source, 0), outcome);
  if (outcome) return outcome;
  outcome = asio::error::timed_out;
  socket.async_connect(to, [&](const boost::system::error_code& done) { outcome = done; });
  context.restart();
  context.run_for(std::chrono::milliseconds(timeout));
  if (!outcome) return outcome;
  boost::system::error_code ignored;
  socket.close(ignored);
  context.restart();
  context.poll();
  return outcome;
}

}  // namespace

Ends ends_of(int socket) {
  const auto text = [&](const auto& ask) -> std::string {
    tcp::endpoint end;
    auto length = static_cast<socklen_t>(end.capacity());
    if (ask(socket, end.data(), &length) != 0) return "";
    if (end.data()->sa_family != AF_INET && end.data()->sa_family != AF_INET6) return "";
    return end.address().to_string();
  };
  return {text(getsockname), text(getpeername)};
}

base::Result<fs::Fd> connect_to(const Endpoint& endpoint, int timeout) {
  const auto where = endpoint.name + " port " + std::to_string(endpoint.port) + ": ";
  std::optional<asio::ip::address> source;
  if (!endpoint.source.empty()) {
    boost::system::error_code trouble;
    source = asio::ip::make_address(endpoint.source, trouble);
    if (trouble)
      return base::fail(base::Exit::configuration, "source: '" + endpoint.source + "' is no address");
  }
  TRY_ASSIGN(const auto found, look_up(endpoint, where));
  asio::io_context context;
  std::string reason = "no address";
  for (const auto& to : found) {
    if (source && source->is_v4() != to.address().is_v4()) continue;
    tcp::socket socket(context);
    const auto outcome = try_one(context, socket, to, source, timeout);
    if (!outcome) return release(socket);
    reason = outcome == asio::error::operation_aborted ? "no answer" : outcome.message();
  }
  return base::fail(base::Exit::temporary, where + reason);
}

base::Result<fs::Fd> connect_to(const std::string& host, std::uint16_t port, int timeout) {
  return connect_to(Endpoint{host, port}, timeout);
}

}  // namespace net
