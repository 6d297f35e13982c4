// The receiving side of a conversation as a value machine (RFC 5321): commands in, replies out, no
// descriptor.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sasl/exchange.hpp"
#include "smtp/command.hpp"
#include "smtp/path.hpp"
#include "smtp/reply.hpp"

namespace smtp {

/// Whom a site may turn away by rules of its own.
enum class Subject { client, helo, sender, recipient };

/// What the client has said before.
struct Standing {
  std::string_view user;    // who has logged in; empty: nobody
  std::string_view sender;  // of the transaction
  std::uint64_t size = 0;   // octets of its message, as its sender says; 0: not known
};

/// The questions that the machine asks about addresses.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual bool is_local_domain(std::string_view domain) const = 0;
  /// Seconds since 1970.
  virtual std::uint64_t now() const;
  /// The local domain that stands behind a name in replies; empty: none is local.
  virtual std::string first_domain() const;
  /// `local` without quotes; a subaddress (user+ext) belongs to its user.
  virtual bool has_user(std::string_view local) const = 0;
  /// The name of whoever gets mail for a local address, which tells two ways to write it from two addresses;
  /// nothing: nobody does.
  virtual std::optional<std::string> mailbox_of(std::string_view local, std::string_view domain) const;
  /// Everybody behind a local address, for EXPN; nothing: there is no such address.
  virtual std::optional<std::vector<std::string>> members_of(std::string_view local,
                                                             std::string_view domain) const;
  /// The address that mail for this local one is to be sent to instead, by whoever sends it (551).
  virtual std::optional<std::string> moved_to(const Path& recipient) const;
  /// Whether mail for a domain that is not local can go anywhere from here.
  virtual bool has_route(std::string_view domain) const = 0;
  /// Whether that domain says, or this site knows, that it takes no mail at all (RFC 7504).
  virtual bool takes_no_mail(std::string_view domain) const;
  /// Whether so many octets can be stored now; and whether mail can be that is held back for days.
  virtual bool has_room(std::uint64_t octets) const;
  virtual bool has_room_to_hold() const;
  /// The user that a name stands for by which somebody logs in: it may be an address.
  virtual std::string login_of(const std::string& name) const;
  /// Whether that user, who has logged in, may give this address as the reverse-path.
  virtual bool may_send_as(std::string_view user, const Path& sender) const = 0;
  /// The reply that turns this one away, asked when nothing else is wrong with it; `text`: the name or the
  /// address, nothing for the client.
  virtual std::optional<Reply> refusal(Subject subject, std::string_view text,
                                       const Standing& standing) const;
};

struct ServerConfig {
  std::string hostname;
  std::uint64_t max_size = 52'428'800;  // octets
  std::size_t max_recipients = 1000;
  std::size_t max_errors = 20;  // replies of 500 and above (a recipient refused counts), then 421
  std::uint64_t min_by = 0;     // seconds: a message is not taken to be returned sooner (RFC 2852)
  bool relay = false;           // the client may send to any domain that has a route
  bool submission = false;      // only such clients, or those who log in, may send at all (RFC 6409)
  bool lmtp = false;            // RFC 2033: LHLO, and a reply for each recipient behind the message
  bool tls = false;             // STARTTLS can be had (RFC 3207)
  bool secured = false;         // TLS is there from the start
  bool verify = false;  // VRFY says who is here (RFC 5321 section 3.5), and RCPT where mail goes (251)
  bool expand = false;  // EXPN says who is behind a name
  /// How users may log in (RFC 4954) over the connection as it is; nothing: AUTH is not known here.
  std::optional<sasl::Terms> login = {};
  std::string nonce = {};  // as for sasl::Exchange
};

enum class Next {
  command,
  data,          // the message comes
  chunk,         // octets of the message come before this reply: see Step::chunk
  tls,           // behind this reply TLS starts: then secured()
  response,      // a line for on_response() comes, after this reply; or response_too_long()
  authenticate,  // no reply yet: have `question` answered, then on_answer() or login_unavailable()
  close
};

/// Octets behind a BDAT line (RFC 3030 section 2).
struct Chunk {
  std::uint64_t size = 0;
  bool last = false;
  bool discard =
      false;  // they are read and dropped, and the reply is said; else chunk_taken(), stored() or refused()
};

struct Step {
  Reply reply;
  Next next = Next::command;
  sasl::Question question = {};  // with Next::authenticate; the edge wipes it
  Chunk chunk = {};              // with Next::chunk
  std::size_t replies = 1;       // how often the reply is said: LMTP, once a recipient
};

class Server {
 public:
  Server(ServerConfig config, const Policy& policy);

  Reply greeting() const;  // after a 421 the connection is to be closed
  /// To whom the policy has nothing against.
  static Reply greeting(const ServerConfig& config);
  Step on(const Command& command);
  /// Of at most line_limit() octets.
  Step on_line(std::string_view line);

  /// Octets that the next line may have: an AUTH command may bring a token.
  std::size_t line_limit() const;

  /// The line was longer than line_limit(), or ended without CRLF.
  Step line_too_long();
  Step bare_line_end(std::string_view line);
  /// What stood behind a bare line end, up to the next one: dropped without a reply, and an error; too many
  /// close.
  Step rest_of_wrong_line();

  /// The line after Next::response, at most sasl::line_limit octets.
  Step on_response(std::string_view line);
  Step response_too_long();

  // After Next::authenticate, exactly one of these; it may ask again.
  Step on_answer(const sasl::Answer& given);  // closes at the third that is denied
  Step login_unavailable();                   // nobody can be asked: it closes

  /// After Next::tls: all that was said before is forgotten (RFC 3207 section 4.2). `login`: the terms of
  /// such a connection, where AUTH is known.
  void secured(sasl::Terms login = {});

  /// After a Next::chunk that is neither the last nor discarded.
  Step chunk_taken(std::uint64_t size);

  // After Next::data, or the last chunk, exactly one of these.
  Step stored(std::string_view id);
  Step not_stored(const base::Error& error);  // 451, or 452 for a full disk: the client keeps the message
  /// Also behind any chunk: the rest of the message is discarded.
  Step refused(Reply reply);

  /// 421: the client was silent too long, or sends a message too slowly.
  Reply timeout() const;
  Step too_slow() const;

  const Path& sender() const { return sender_; }
  const MailParameters& parameters() const { return parameters_; }
  struct Recipient {
    std::string address;
    RcptParameters parameters;
  };
  const std::vector<Recipient>& recipients() const { return recipients_; }
  /// A message comes in chunks: one that was begun is dropped when this turns false.
  bool in_chunks() const { return in_chunks_; }
  bool is_secured() const { return config_.secured; }
  const std::string& helo() const { return helo_; }
  bool extended() const { return extended_; }
  /// Who has logged in; empty: nobody.
  const std::string& user() const { return user_; }
  /// Whom the last login was to be, and by what name, as the client has said it.
  const std::string& login() const { return login_; }
  const std::string& said() const { return said_; }

 private:
  Step answer(int code, std::string enhanced, std::string text);
  Step count(Step step);
  void reset();
  Reply extensions() const;
  bool may_log_in() const { return config_.login && !sasl::offered(*config_.login).empty(); }
  Step next(sasl::Step step);
  Step not_offered(std::string_view mechanism);
  Step denied(std::string_view why);
  std::optional<Step> refuse_parameters(const Mail& mail);
  Step after_message(Step step);
  std::optional<Path> asked_about(const std::string& text) const;
  std::optional<std::string> forwarded_to(const Path& local) const;
  std::optional<Step> refuse_recipient(const Path& path, bool local);
  Step status();

  Step handle(const Helo& helo);
  Step handle(const Mail& mail);
  Step handle(const Rcpt& rcpt);
  Step handle(const Data&);
  Step handle(const Rset&);
  Step handle(const Noop&);
  Step handle(const Bdat& bdat);
  std::string own_domain() const;
  Step handle(const Vrfy& vrfy);
  Step handle(const Expn& expn);
  Step handle(const Auth& auth);
  Step handle(const StartTls&);
  Step handle(const Help& help);
  Step handle(const Quit&);
  Step handle(const Unknown&);
  Step handle(const Malformed& malformed);

  ServerConfig config_;
  const Policy& policy_;
  std::optional<Reply> turned_away_;  // in place of the greeting
  std::string helo_;
  bool extended_ = false;
  bool in_transaction_ = false;
  bool in_chunks_ = false;
  bool last_chunk_ = false;
  bool chunks_failed_ = false;  // what still comes of the message is discarded
  std::uint64_t chunk_octets_ = 0;
  Path sender_;
  MailParameters parameters_;
  std::vector<Recipient> recipients_;
  std::size_t accepted_ = 0;     // RCPT commands, also for one who was named before
  std::set<std::string> named_;  // the same: one named twice gets one copy
  std::size_t octets_ = 0;       // of them
  std::size_t errors_ = 0;
  std::size_t idle_ = 0;  // commands since the last message that was stored
  std::string user_;
  std::string login_;  // whom the exchange asks about
  std::string said_;
  std::optional<sasl::Exchange> exchange_;
  std::size_t exchanges_ = 0;
  std::size_t failed_logins_ = 0;
};

}  // namespace smtp
