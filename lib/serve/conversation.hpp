// One connection to another host, from connecting and TLS to QUIT: the client machine on the wire.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "net/connect.hpp"
#include "net/tls_client.hpp"
#include "net/wire.hpp"
#include "serve/attempt.hpp"
#include "serve/next_hop.hpp"
#include "serve/outgoing.hpp"
#include "serve/route_files.hpp"
#include "smtp/client.hpp"

namespace serve {

/// Milliseconds that the other side gets: for each wait, for the call and the greeting (and TLS where that
/// comes first), and for the reply to a message, which is no shorter (RFC 5321 section 4.5.3.2.6 wants ten
/// minutes: who gives up sooner sends it twice).
struct Patience {
  Patience(int wait, int answer = 600'000) : each(wait), opening(wait), final(std::max(wait, answer)) {}
  int each;
  int opening;
  int final;

  /// For a host that others wait behind, and that is asked again with all the patience there is: RFC 5321
  /// section 4.5.3.2 says that each wait SHOULD be minutes, and a message that is put off is not lost.
  /// Between seven and twelve seconds for the opening, so that not all who have hung together end together;
  /// those who let everybody wait for their greeting mostly take six.
  Patience brief(std::uint64_t spread) const;
};

class Conversation {
 public:
  struct Terms {
    std::string hostname;  // for EHLO
    Patience timeout;
    net::TlsClient& tls;
    const RouteFiles& files;
  };
  struct Opened {
    std::unique_ptr<Conversation> conversation;  // ready for a transaction; nothing: `trouble` says why
    Attempt trouble = {};
    std::string tls_failure = {};  // what kind it was, as reports call it (RFC 8460 section 4.3); empty: none
    std::string tls_reason = {};
    net::Ends ends = {};
  };

  /// As the hop says. Where it may do without TLS, a handshake that fails is followed by a connection in
  /// clear.
  static Opened open(const NextHop& hop, const Terms& terms);

  /// Says QUIT, and waits for the answer a short time.
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// One transaction; the verdicts are the machine's.
  void carry(smtp::Transaction transaction, const Outgoing& message);

  const smtp::Client& client() const { return client_; }
  bool closed() const { return client_.next() == smtp::Client::Next::close; }
  /// More transactions than the host takes in one connection are not begun (RFC 9422).
  bool used_up() const;
  /// For the log: version and suite, and whether the host is who it should be; empty without TLS.
  std::string tls() const;

 private:
  Conversation(fs::Fd socket, const NextHop& hop, const Terms& terms, smtp::ClientTerms client);
  static base::Result<smtp::ClientTerms> client_terms(const NextHop& hop, const Terms& terms);
  static base::Result<net::TlsTerms> tls_terms(const NextHop& hop, const RouteFiles& files);
  static Opened open_once(const NextHop& hop, const Terms& terms);
  void say_how_tls_went(Opened& opened) const;

  void converse(const Outgoing* message);
  void exchange();
  bool read_reply();
  base::Result<void> begin_tls(int timeout);
  base::Result<void> send_message(const Outgoing& message);
  base::Result<void> send_chunks(const Outgoing& message);
  void end_message(const base::Result<void>& sent);
  bool has_answered();
  void take_early_answer();

  fs::Fd socket_;
  std::unique_ptr<net::TlsChannel> channel_;
  net::Wire wire_;
  smtp::Client client_;
  smtp::ReplyReader reader_;
  NextHop hop_;
  Terms terms_;
  std::size_t transactions_ = 0;
  std::string tls_failure_;  // of the handshake
  std::string tls_reason_;
};

}  // namespace serve
