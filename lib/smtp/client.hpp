// The sending side of a conversation as a value machine (RFC 5321): replies in, commands out, no descriptor.
// One connection carries many transactions, one transaction many recipients.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "smtp/reply_reader.hpp"

namespace smtp {

struct Transaction {
  std::string sender;  // empty: the null reverse-path
  std::vector<std::string> recipients;
  std::uint64_t size = 0;  // octets with CRLF line ends
};

enum class Fate { delivered, deferred, failed };

/// What became of one recipient.
struct Verdict {
  Fate fate = Fate::deferred;
  std::string status;  // RFC 3463; made up from the code where the server gave none
  std::string text;    // the server's reply, or what went wrong
};

class Client {
 public:
  /// What the edge must do: send output() and read a reply; start a transaction or quit; send the message
  /// (dots stuffed, final dot included) and call body_sent(); or close the connection.
  enum class Next { reply, ready, body, close };

  /// `hostname` for EHLO.
  explicit Client(std::string hostname) : hostname_(std::move(hostname)) {}

  Next next() const;

  /// Commands that wait to be sent; empty afterwards. With PIPELINING several at once (RFC 2920).
  std::string output();

  void on(const ServerReply& reply);

  /// Only when ready. Whatever happens, verdicts() has one entry a recipient when next() is ready or close
  /// again.
  void begin(Transaction transaction);
  void body_sent();
  void quit();

  /// The connection broke, was silent too long, or talked nonsense: what is open is deferred.
  void lost(const std::string& why);

  /// Input was there before the commands that it would answer were sent: from here on every reply would be
  /// taken for the one after it. The same as lost().
  void unasked();

  const std::vector<Verdict>& verdicts() const { return verdicts_; }

  /// Whether the server may have got any of this transaction's message: then it is not to be sent again at
  /// once.
  bool body_begun() const { return body_begun_; }

 private:
  enum class Await { banner, ehlo, helo, mail, rcpt, data, final_dot, empty_dot, rset, quit };

  void send(std::string line, Await await);
  void end_transaction(bool reset);
  void settle_open(const ServerReply& reply);
  void close_with(const ServerReply& reply);
  void on_greeting(const ServerReply& reply, Await await);
  void on_mail(const ServerReply& reply);
  void on_rcpt(const ServerReply& reply);
  void on_data(const ServerReply& reply);
  void send_envelope();
  void send_next_command();

  std::string hostname_;
  std::string output_;
  std::deque<Await> awaited_ = {Await::banner};
  Transaction transaction_;
  std::vector<Verdict> verdicts_;
  std::vector<bool> accepted_;  // recipients the server has said 25x to
  std::size_t asked_ = 0;       // recipients sent
  std::size_t answered_ = 0;
  bool mail_refused_ = false;
  bool pipelining_ = false;
  bool eight_bit_ = false;
  bool size_offered_ = false;
  std::uint64_t size_limit_ = 0;  // 0: none
  bool in_body_ = false;
  bool body_begun_ = false;
  bool in_transaction_ = false;
  bool closed_ = false;
  bool greeted_ = false;
};

/// A reply as a verdict: 2xx delivered, 5xx failed, all else deferred.
Verdict to_verdict(const ServerReply& reply);

}  // namespace smtp
