// The receiving side of a conversation as a value machine (RFC 5321): commands in, replies out, no
// descriptor.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "smtp/command.hpp"
#include "smtp/path.hpp"
#include "smtp/reply.hpp"

namespace smtp {

/// The questions that the machine asks about addresses.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual bool is_local_domain(std::string_view domain) const = 0;
  /// `local` without quotes; a subaddress (user+ext) belongs to its user.
  virtual bool has_user(std::string_view local) const = 0;
  /// Whether mail for a domain that is not local can go anywhere from here.
  virtual bool has_route(std::string_view domain) const = 0;
};

struct ServerConfig {
  std::string hostname;
  std::uint64_t max_size = 52'428'800;  // octets
  std::size_t max_recipients = 1000;
  std::size_t max_errors = 20;  // replies of 500 and above (a recipient refused counts), then 421
  bool relay = false;           // the client may send to any domain that has a route
  bool submission = false;      // only such clients, or those who log in, may send at all (RFC 6409)
  bool auth = false;            // AUTH PLAIN is offered (RFC 4954)
};

enum class Next {
  command,
  data,          // the message comes
  response,      // a line for on_response() comes, after this reply
  authenticate,  // no reply yet: check name and password, then authenticated() or not_authenticated()
  close
};

struct Step {
  Reply reply;
  Next next = Next::command;
  std::string name = {};  // with Next::authenticate
  std::string password = {};
};

class Server {
 public:
  Server(ServerConfig config, const Policy& policy);

  Reply greeting() const;
  Step on(const Command& command);

  /// The line was longer than command_limit, or ended without CRLF.
  Step line_too_long();
  Step bare_line_end();

  /// The line after Next::response.
  Step on_response(std::string_view line);

  // After Next::authenticate, exactly one of these.
  Step authenticated(std::string_view name);
  Step not_authenticated(bool temporary);  // closes after three wrong ones

  // After Next::data, exactly one of these.
  Step stored(std::string_view id);
  Step not_stored(const base::Error& error);  // 451, or 452 for a full disk: the client keeps the message
  Step refused(Reply reply);

  /// 421: the client was silent too long, or sends a message too slowly.
  Reply timeout() const;
  Step too_slow() const;

  const Path& sender() const { return sender_; }
  const std::vector<std::string>& recipients() const { return recipients_; }
  const std::string& helo() const { return helo_; }
  bool extended() const { return extended_; }
  /// Who has logged in; empty: nobody.
  const std::string& user() const { return user_; }

 private:
  Step answer(int code, std::string enhanced, std::string text);
  Step count(Step step);
  void reset();

  Step handle(const Helo& helo);
  Step handle(const Mail& mail);
  Step handle(const Rcpt& rcpt);
  Step handle(const Data&);
  Step handle(const Rset&);
  Step handle(const Noop&);
  Step handle(const Vrfy&);
  Step handle(const Expn&);
  Step handle(const Auth& auth);
  Step handle(const StartTls&);
  Step handle(const Help&);
  Step handle(const Quit&);
  Step handle(const Unknown&);
  Step handle(const Malformed& malformed);

  ServerConfig config_;
  const Policy& policy_;
  std::string helo_;
  bool extended_ = false;
  bool in_transaction_ = false;
  Path sender_;
  std::vector<std::string> recipients_;
  std::set<std::string> named_;  // the same: one named twice gets one copy
  std::size_t octets_ = 0;       // of them
  std::size_t errors_ = 0;
  std::string user_;
  std::size_t failed_logins_ = 0;
};

}  // namespace smtp
