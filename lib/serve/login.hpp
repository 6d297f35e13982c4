// Before login and after are two processes. The one that talks to a stranger (the talker) can open nothing.
// Its parent, which never reads from the network, hands what is asked to check-password, and that starts the
// session as the user.
//
// Who decides: check-password alone. It holds the keys of SCRAM too, so the talker is told what the client is
// told anyway (salt, iterations, a signature), and nothing it says starts a session: a proof is checked by
// the process that will become the user, against the name whose salt it gave out, before it starts anything.
// A talker that a client has taken over can guess as the client could, three times, and no more.
//
// Failures: answered at a fixed time after the question, so that the time tells nothing; counted by address;
// logged as `login-refused peer=ADDRESS user=NAME by=KIND` by the parent, whose word nobody can change, with
// the name as the client has written it, in every protocol: whose it is, only a right login shows. That is
// what the talker tells: whom it asks about, if that is another, stands behind it as `for=USER`.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "net/ucspi_tls.hpp"
#include "net/wire.hpp"
#include "sasl/exchange.hpp"
#include "serve/failures.hpp"

namespace serve {

using Verdict = sasl::Verdict;

/// The way to the parent. Once a question that logs in is granted, guard() has started the session elsewhere,
/// and this process must end without a word.
class Gate {
 public:
  explicit Gate(int descriptor, std::string peer = "unknown")
      : descriptor_(descriptor), peer_(std::move(peer)) {}

  /// The client's address.
  const std::string& peer() const { return peer_; }

  /// `pending`: what the client has already sent behind its login. At most 64 KiB in all. An error: nobody is
  /// left who could be asked.
  /// The text of an answer that grants a login is the user's name, where the session has said it.
  base::Result<sasl::Answer> ask(const sasl::Question& question, std::string_view pending) const;

  /// The same for a password.
  base::Result<Verdict> ask(std::string_view name, std::string_view password, std::string_view pending) const;

  /// The parent begins TLS within `timeout` milliseconds, and goes on with it, as the session it starts must:
  /// it hears itself whom a client certificate names. This process has to take it over then.
  base::Result<net::TlsFacts> begin_tls(int timeout) const;

 private:
  int descriptor_;
  std::string peer_;
};

struct LoginTerms {
  /// check-password and its arguments, which start this program's session. For what is no password, the
  /// option --evidence=KIND comes before them.
  std::vector<std::string> check;
  std::string peer = "unknown";           // the client's address
  std::string identity = {};              // whom a client certificate names, known before the talker was made
  std::chrono::milliseconds delay{0};     // a login that failed is answered so long after it came
  Failures* failures = nullptr;           // shared with other connections; nothing: each is on its own
  std::optional<net::UcspiTls> tls = {};  // what the talker may have begun
  std::string timestamp = {};             // that APOP digests are made with; empty: there is no APOP
};

/// Runs `talk` confined in a child, and what it asks about here. Returns when the talker and the session have
/// ended.
base::Result<int> guard(const LoginTerms& terms, const std::function<base::Result<int>(const Gate&)>& talk);

/// The same for a program that goes on itself after a login: `talk` confines itself, `check` (check-password
/// and a program that only ends with 0) starts no session.
base::Result<int> guard_verifying(const LoginTerms& terms,
                                  const std::function<base::Result<int>(const Gate&)>& talk);

/// In the session: the descriptor it finds the parent on.
constexpr int session_descriptor = 4;

/// In the session: says that it can begin, and whose it is ($USER); returns the input that came before.
/// Exit::not_permitted: it may not, as too many logins from its client have failed while this one was
/// checked.
base::Result<std::string> begin_session();

/// What the parent says then, in front of that input.
constexpr char session_go = '+';

/// The line `login user=NAME verdict=VERDICT peer=ADDRESS`. Who is granted a login is `user`, if that is
/// known, and at the end stands what the client has written for a name, `said`, where it is another; who is
/// not granted one is what he has written.
void log_login(std::string_view user, std::string_view said, Verdict verdict, std::string_view peer);

/// A nonce for sasl::Exchange.
base::Result<std::string> login_nonce();

}  // namespace serve
