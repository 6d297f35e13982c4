// Messages to other hosts by SMTP: the hosts of a destination are tried in their order until one takes the
// message (RFC 5321 section 5.1); connections are kept for the next message, a host that failed is not tried
// again.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fs/fd.hpp"
#include "net/wire.hpp"
#include "serve/attempt.hpp"
#include "serve/exchangers.hpp"
#include "serve/route_exchangers.hpp"
#include "smtp/client.hpp"
#include "spool/queue.hpp"

namespace serve {

/// Whoever takes messages to other hosts.
class Remote {
 public:
  virtual ~Remote() = default;

  /// One attempt a recipient, in their order. An error is about this host.
  virtual base::Result<std::vector<Attempt>> deliver(const Destination& destination,
                                                     const spool::Message& message,
                                                     const std::vector<std::string>& recipients) = 0;
};

class RemoteHosts : public Remote {
 public:
  /// `timeout` in milliseconds bounds each wait for the other side; the reply to the final dot may take at
  /// least ten minutes (RFC 5321 section 4.5.3.2.6). `domains` finds the hosts of a domain, and outlives
  /// this; with nobody, a domain has none.
  RemoteHosts(std::string hostname, int timeout, Exchangers* domains = nullptr)
      : hostname_(std::move(hostname)), timeout_(timeout), domains_(domains) {}

  /// Says QUIT on what is open.
  ~RemoteHosts() override;

  /// At most 100 recipients go into one transaction, and five hosts are talked to. The attempt of a recipient
  /// is the last host's that was asked about it.
  base::Result<std::vector<Attempt>> deliver(const Destination& destination, const spool::Message& message,
                                             const std::vector<std::string>& recipients) override;

 private:
  /// What goes to one host at once.
  struct Letter {
    const spool::Message& message;
    std::uint64_t size;  // octets on the wire
    std::vector<std::string> recipients;
  };
  struct Try {
    Attempt attempt;
    bool elsewhere = false;  // another host of the destination may take it now
  };
  using Tries = std::vector<Try>;

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
  base::Result<Connection*> connect(const NextHop& hop);
  base::Result<std::vector<NextHop>> find(const Destination& destination);
  Tries deliver_to(const NextHop& hop, const Letter& letter);

  std::string hostname_;
  int timeout_;
  Exchangers* domains_;
  RouteExchangers routes_;
  std::map<std::string, std::unique_ptr<Connection>> open_;  // by key_of() the hop
  std::map<std::string, Attempt> dead_;
};

}  // namespace serve
