// Before login and after are two processes. The one that talks to a stranger can open nothing; its parent,
// which never reads from the network, hands name and password to check-password, and that starts the session
// as the user.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/ucspi_tls.hpp"
#include "net/wire.hpp"

namespace serve {

enum class Verdict { granted, denied, temporary };

/// Asks the parent: true when the session has started elsewhere and this process must end without a word.
class Gate {
 public:
  explicit Gate(int descriptor) : descriptor_(descriptor) {}

  /// `pending`: what the client has already sent behind its login. At most 64 KiB in all.
  base::Result<Verdict> ask(std::string_view name, std::string_view password, std::string_view pending) const;

  /// TLS has begun in this process: a session that the parent starts must use it as well.
  base::Result<void> secured() const;

 private:
  int descriptor_;
};

/// Runs `talk` confined in a child, and for each login `check` (check-password and its arguments, which start
/// this program's session). Returns when both have ended. `tls`: what `talk` may begin.
base::Result<int> guard(const std::vector<std::string>& check, const std::optional<net::UcspiTls>& tls,
                        const std::function<base::Result<int>(const Gate&)>& talk);

/// The same for a program that goes on itself after a login: `talk` confines itself, `check` (check-password
/// and a program that only ends with 0) starts no session.
base::Result<int> guard_verifying(const std::vector<std::string>& check,
                                  const std::function<base::Result<int>(const Gate&)>& talk);

/// In the session: the descriptor it finds the parent on.
constexpr int session_descriptor = 4;

/// In the session: says that it has begun; returns the input that came before.
base::Result<std::string> begin_session();

}  // namespace serve
