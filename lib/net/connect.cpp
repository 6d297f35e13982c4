#include "net/connect.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>

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

}  // namespace

base::Result<fs::Fd> connect_to(const std::string& host, std::uint16_t port, int timeout) {
  asio::io_context context;
  boost::system::error_code trouble;
  tcp::resolver resolver(context);
  const auto where = host + " port " + std::to_string(port) + ": ";
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::numeric_service, trouble);
  if (trouble == asio::error::host_not_found || trouble == asio::error::no_data) {
    return base::fail(base::Exit::no_host, where + "no such host");
  }
  if (trouble) return base::fail(base::Exit::temporary, where + trouble.message());
  std::string reason = "no address";
  for (const auto& entry : found) {
    tcp::socket socket(context);
    boost::system::error_code outcome = asio::error::timed_out;
    socket.async_connect(entry.endpoint(), [&](const boost::system::error_code& done) { outcome = done; });
    context.restart();
    context.run_for(std::chrono::milliseconds(timeout));
    if (!outcome) return release(socket);
    boost::system::error_code ignored;
    socket.close(ignored);
    context.restart();
    context.poll();
    reason = outcome == asio::error::operation_aborted ? "no answer" : outcome.message();
  }
  return base::fail(base::Exit::temporary, where + reason);
}

}  // namespace net
