// The sending side of a conversation as a value machine (RFC 5321, LMTP: RFC 2033): replies in, commands out,
// no descriptor. One connection carries many transactions, one transaction many recipients.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "sasl/client.hpp"
#include "smtp/extensions.hpp"
#include "smtp/parameter.hpp"
#include "smtp/reply_reader.hpp"

namespace smtp {

struct Addressee {
  std::string address;
  RcptParameters parameters = {};  // go out where the server offers DSN
};

struct Transaction {
  std::string sender;  // empty: the null reverse-path
  std::vector<Addressee> recipients;
  std::uint64_t size = 0;  // octets with CRLF line ends
  MailParameters parameters =
      {};  // what of it the server offers goes out; body and utf8 are not read. BY counts from now
  bool eight_bit = false;  // some octet of the body is not ASCII
  bool utf8 = false;       // some octet of the header or of an address is not ASCII
};

enum class Fate { delivered, deferred, failed };

/// What became of one recipient.
struct Verdict {
  Fate fate = Fate::deferred;
  std::string status;      // RFC 3463; made up from the code where the server gave none
  std::string text;        // the server's reply, or what went wrong
  bool elsewhere = false;  // another host of the same domain may take it now
};

struct ClientTerms {
  enum class Tls {
    never,  // STARTTLS is not asked for
    may,    // where it is offered
    must,   // or nothing is sent
  };
  std::string hostname;  // for EHLO
  bool lmtp = false;     // LHLO, and after the message a reply for each recipient
  Tls tls = Tls::never;
  bool secured = false;                   // TLS runs from the start (RFC 8314)
  bool verified = false;                  // and it is known with whom
  std::optional<sasl::Login> login = {};  // AUTH before mail; a server that does not take it gets no mail
  bool password_in_clear = false;         // PLAIN and LOGIN without TLS, too
  std::string nonce = {};                 // for sasl::Client, where there is a login
  std::uint64_t large = 1 << 20;          // octets from which on a message goes by BDAT where it can
};

class Client {
 public:
  /// What the edge must do: send output() and read a reply; begin TLS and call secured(); start a transaction
  /// or quit; send the message and call body_sent(); or close the connection.
  enum class Next { reply, tls, ready, body, close };

  explicit Client(ClientTerms terms) : terms_(std::move(terms)) {}

  Next next() const;

  /// Commands that wait to be sent; empty afterwards. With PIPELINING several at once (RFC 2920).
  std::string output();

  void on(const ServerReply& reply);

  /// TLS runs. What the server said before counts no more (RFC 3207 section 4.2): the edge drops input that
  /// is there already. `verified`: the server is who it should be.
  void secured(bool verified);

  /// Only when ready. Whatever happens, verdicts() has one entry a recipient when next() is ready or close
  /// again.
  void begin(Transaction transaction);

  /// The body goes in chunks, each behind the command that chunk() returns; else with dots stuffed and a
  /// final dot.
  bool chunked() const { return chunked_; }
  std::string chunk(std::size_t octets, bool last);
  void body_sent();

  void quit();

  /// The connection broke, was silent too long, or talked nonsense: what is open is deferred.
  void lost(const std::string& why, const std::string& status = "4.4.2");

  /// Input was there before the commands that it would answer were sent: from here on every reply would be
  /// taken for the one after it. The same as lost().
  void unasked();

  const std::vector<Verdict>& verdicts() const { return verdicts_; }

  /// Whether the server may have got any of this transaction's message: then it is not to be sent again at
  /// once.
  bool body_begun() const { return body_begun_; }

  /// Whether this transaction told the server what the sender wants to hear, so that it sees to it (RFC 3461
  /// section 5.2.2).
  bool dsn_passed_on() const { return extensions_.dsn; }

  const Extensions& extensions() const { return extensions_; }
  bool is_secured() const { return terms_.secured; }

 private:
  enum class Await {
    banner,
    ehlo,
    helo,
    starttls,
    auth,
    cancelled,
    mail,
    rcpt,
    data,
    chunk,
    final,
    empty_dot,
    rset,
    quit
  };

  void send(std::string line, Await await);
  void greet();
  void end_transaction(bool reset);
  void settle_open(const Verdict& verdict);
  void finish_with(const Verdict& verdict);
  void close_with(const ServerReply& reply);
  void refuse(std::string status, std::string text);
  void on_greeting(const ServerReply& reply, Await await);
  void go_on_greeting();
  void begin_login();
  void on_auth(const ServerReply& reply);
  void on_mail(const ServerReply& reply);
  void on_rcpt(const ServerReply& reply);
  void on_data(const ServerReply& reply);
  void on_final(const ServerReply& reply);
  void on_chunk(const ServerReply& reply);
  std::optional<Verdict> unfit() const;
  std::string mail_command() const;
  void send_rcpt();
  void send_next_command();
  void after_recipients();
  bool any_accepted() const;
  bool vouches_for_tls() const { return terms_.verified && extensions_.require_tls; }

  ClientTerms terms_;
  Extensions extensions_;
  std::optional<sasl::Client> login_;
  std::string output_;
  std::deque<Await> awaited_ = {Await::banner};
  Transaction transaction_;
  std::vector<Verdict> verdicts_;
  std::vector<bool> accepted_;  // recipients the server has said 25x to
  std::size_t asked_ = 0;       // recipients sent
  std::size_t answered_ = 0;
  std::size_t settled_ = 0;  // LMTP: recipients up to here have their last reply
  bool mail_refused_ = false;
  bool chunked_ = false;
  bool begin_tls_ = false;
  bool in_body_ = false;
  bool body_begun_ = false;
  bool in_transaction_ = false;
  bool closed_ = false;
  bool greeted_ = false;
};

/// A reply as a verdict: 2xx delivered, 5xx failed, all else deferred.
Verdict to_verdict(const ServerReply& reply);

}  // namespace smtp
