// Messages to other hosts by SMTP: connections are kept for the next message, a host that failed is not tried
// again.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fs/fd.hpp"
#include "net/wire.hpp"
#include "serve/attempt.hpp"
#include "smtp/client.hpp"
#include "smtp/routes.hpp"
#include "spool/queue.hpp"

namespace serve {

/// Whoever takes messages to other hosts.
class Remote {
 public:
  virtual ~Remote() = default;

  /// One attempt a recipient, in their order. An error is about this host.
  virtual base::Result<std::vector<Attempt>> deliver(const smtp::Host& host, const spool::Message& message,
                                                     const std::vector<std::string>& recipients) = 0;
};

class RemoteHosts : public Remote {
 public:
  /// `timeout` in milliseconds bounds each wait for the other side; the reply to the final dot may take at
  /// least ten minutes (RFC 5321 section 4.5.3.2.6).
  RemoteHosts(std::string hostname, int timeout) : hostname_(std::move(hostname)), timeout_(timeout) {}

  /// Says QUIT on what is open.
  ~RemoteHosts() override;

  /// At most 100 recipients go into one transaction.
  base::Result<std::vector<Attempt>> deliver(const smtp::Host& host, const spool::Message& message,
                                             const std::vector<std::string>& recipients) override;

 private:
  struct Connection {
    Connection(fs::Fd opened, const std::string& hostname, int timeout)
        : socket(std::move(opened)), wire(socket.get(), socket.get(), timeout), client(hostname) {}
    fs::Fd socket;
    net::Wire wire;
    smtp::Client client;
    smtp::ReplyReader reader;
  };

  void converse(Connection& connection, const spool::Message* message);
  void exchange(Connection& connection);
  bool read_reply(Connection& connection);
  base::Result<void> send_message(Connection& connection, const spool::Message& message);
  base::Result<Connection*> connect(const smtp::Host& host);

  std::string hostname_;
  int timeout_;
  std::map<smtp::Host, std::unique_ptr<Connection>> open_;
  std::map<smtp::Host, Attempt> dead_;
};

}  // namespace serve
