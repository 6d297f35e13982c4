// The POP3 server as a value machine (RFC 1939; CAPA and response codes RFC 2449; STLS RFC 2595; AUTH
// RFC 5034; UTF8 and LANG RFC 6856). No descriptors: the edge writes Step::reply (complete, with CRLF), does
// what Step::next says and reports back by an event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pop3/command.hpp"
#include "sasl/exchange.hpp"

namespace pop3 {

/// The mailbox as it was when the session began; numbers count from 0 here and never move during a session.
class Maildrop {
 public:
  virtual ~Maildrop() = default;
  virtual std::size_t count() const = 0;
  virtual std::uint64_t size(std::size_t i) const = 0;  // octets with CRLF line ends, before dot-stuffing
  virtual std::string uid(
      std::size_t i) const = 0;  // 1 to 70 characters of 0x21 to 0x7E (RFC 1939 section 7)
};

enum class Next {
  command,           // read the next line
  start_tls,         // after the reply, drop all input that came before; then offer(), or close
  response,          // read a line for on_response()
  authenticate,      // have `question` answered: on_answer(), unless that was a login; or auth_unavailable()
  send_message,      // open message `index`; then the reply, the message by Multiline with `top_lines`, and
                     // read a line; or message_gone() or message_unreadable()
  commit_and_close,  // remove deleted(), then committed(ok), and close
  close,
};

struct Step {
  std::string reply;
  Next next = Next::command;
  sasl::Question question;                 // authenticate; the edge wipes it
  std::size_t index = 0;                   // send_message, from 0
  std::optional<std::uint32_t> top_lines;  // send_message: nothing means all
};

/// What the machine cannot know by itself.
struct Site {
  std::string timestamp =
      {};  // before login: the `<...@...>` that APOP digests are made with; empty: no APOP
  std::uint32_t login_delay = 0;        // seconds from one login to the next (RFC 2449 section 6.5)
  std::string login_capabilities = {};  // after login: what the machine before it had
};

class Server {
 public:
  /// `authenticated`: a checkpassword program has already let the user in, so the session starts with its
  /// mail.
  /// `terms`: how to log in, USER and PASS only where they are secret. `nonce`: as for sasl::Exchange.
  /// `tls_available`: STLS would work.
  explicit Server(bool authenticated, sasl::Terms terms = {}, std::string nonce = {},
                  bool tls_available = false, Site site = {})
      : authenticated_(authenticated),
        terms_(std::move(terms)),
        nonce_(std::move(nonce)),
        tls_available_(tls_available),
        site_(std::move(site)) {}

  /// TLS has begun, with other terms: what was begun before counts no more, and it is offered no more.
  void offer(sasl::Terms terms);

  /// The first line. A session that starts authenticated needs its maildrop by authenticated() before
  /// commands.
  Step greeting() const;
  /// Closes at the twentieth command that is wrong in itself; asking for a message that is not there is not.
  Step on(const Command& command);

  /// Events. `maildrop` must outlive the machine.
  Step authenticated(const Maildrop& maildrop);
  Step on_response(std::string_view line);
  Step on_answer(const sasl::Answer& answer);  // closes at the third that is denied
  Step auth_unavailable();                     // could not be checked: an error, but no wrong password
  Step too_soon() const;                       // likewise; -ERR [LOGIN-DELAY]
  Step locked() const;                         // instead of authenticated(); -ERR [IN-USE]
  Step message_gone() const;
  Step message_unreadable() const;  // -ERR [SYS/TEMP] (RFC 3206)
  Step committed(bool everything_removed) const;

  /// The lines of CAPA that say how to log in. They are the same after the login (RFC 2449 section 5).
  std::string login_capabilities() const;

  /// Marked by DELE and not reset, ascending, from 0. Only to be removed at commit_and_close (RFC 1939
  /// section 6).
  std::vector<std::size_t> deleted() const { return {deleted_.begin(), deleted_.end()}; }

 private:
  Step on(const User&);
  Step on(const Pass&);
  Step on(const Stat&);
  Step on(const List&);
  Step on(const Retr&);
  Step on(const Dele&);
  Step on(const Noop&);
  Step on(const Rset&);
  Step on(const Quit&);
  Step on(const Top&);
  Step on(const Uidl&);
  Step on(const Capa&);
  Step on(const Auth&);
  Step on(const Stls&);
  Step on(const Apop&);
  Step on(const Utf8&);
  Step on(const Lang&);
  Step on(const Unknown&);
  Step on(const BadSyntax&);

  Step blocked();
  Step denied(std::string_view why);
  Step next(sasl::Step step);
  Step wrong(std::string_view text);
  Step wrong_state();
  bool present(std::uint32_t n) const;
  Step listing(std::optional<std::uint32_t> n, std::string (*value)(const Maildrop&, std::size_t));

  bool authenticated_;
  sasl::Terms terms_;
  std::string nonce_;
  bool tls_available_;
  bool tls_begun_ = false;
  Site site_;
  std::optional<sasl::Exchange> exchange_;
  int exchanges_ = 0;
  const Maildrop* maildrop_ = nullptr;  // set: the transaction state
  std::string user_;
  int failures_ = 0;
  int errors_ = 0;
  std::set<std::size_t> deleted_;
};

}  // namespace pop3
