// Messages to other hosts by SMTP and LMTP: the hosts of a destination are tried in their order until one
// takes the message (RFC 5321 section 5.1); connections are kept for the next message, a host that failed is
// not tried again for a minute.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/tls_client.hpp"
#include "serve/attempt.hpp"
#include "serve/conversation.hpp"
#include "serve/exchangers.hpp"
#include "serve/route_exchangers.hpp"
#include "serve/route_files.hpp"
#include "serve/tls_wish.hpp"
#include "spool/queue.hpp"

namespace serve {

/// Whoever takes messages to other hosts.
class Remote {
 public:
  virtual ~Remote() = default;

  /// One attempt a recipient, in their order. One without a status was not made, or not to its end: this
  /// process is to end (proc::is_end_due), and somebody else has been delivered to. An error is about this
  /// host.
  virtual base::Result<std::vector<Attempt>> deliver(const Destination& destination,
                                                     const spool::Message& message,
                                                     const std::vector<spool::Recipient>& recipients) = 0;
};

class RemoteHosts : public Remote {
 public:
  /// `timeout` bounds each wait for the other side. `domains` finds the hosts of a domain, and outlives
  /// this; with nobody, a domain has none.
  RemoteHosts(std::string hostname, Patience timeout, Exchangers* domains = nullptr)
      : hostname_(std::move(hostname)), timeout_(timeout), domains_(domains) {}

  /// A file of a route, which is not read then.
  void know(const std::string& path, std::string content) { files_.add(path, std::move(content)); }

  /// At most 100 recipients go into one transaction, and five hosts are talked to. The attempt of a recipient
  /// is the last host's that was asked about it. Where the sender requires TLS (RFC 8689) the host of a route
  /// has to show a certificate in its name.
  base::Result<std::vector<Attempt>> deliver(const Destination& destination, const spool::Message& message,
                                             const std::vector<spool::Recipient>& recipients) override;

 private:
  /// What goes to one host at once.
  struct Letter {
    const spool::Message& message;
    smtp::MailParameters parameters;
    const Outgoing& content;
    std::vector<smtp::Addressee> recipients;
  };
  struct Try {
    Attempt attempt;
    bool elsewhere = false;  // another host of the destination may take it now
    bool too_many = false;   // another transaction may
  };
  struct Dead {
    Attempt trouble;
    std::uint64_t until = 0;  // seconds since 1970; then it may be alive again
  };
  using Tries = std::vector<Try>;
  using Open = std::map<std::string, std::unique_ptr<Conversation>>;  // by key_of() the hop

  base::Result<std::vector<NextHop>> find(const Destination& destination, TlsWish wish);
  Conversation* connect(const NextHop& hop);
  bool may_go_on() const;
  Tries deliver_to(const NextHop& hop, const Letter& letter);
  Tries try_once(const NextHop& hop, const Letter& letter, const std::vector<std::size_t>& open);

  std::string hostname_;
  Patience timeout_;
  Exchangers* domains_;
  RouteExchangers routes_;
  RouteFiles files_;
  net::TlsClient tls_;
  Open open_;
  std::map<std::string, Dead> dead_;
  bool taken_ = false;  // by a host, of whose recipients nothing is written down yet
};

}  // namespace serve
