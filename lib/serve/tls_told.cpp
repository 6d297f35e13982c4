#include "serve/tls_told.hpp"

#include <utility>

namespace serve {

Conversation::Opened open_and_tell(Exchangers* domains, const NextHop& hop,
                                   const Conversation::Terms& terms) {
  auto strict = hop;
  if (hop.is_tested) strict.tls = TlsLevel::verify;
  auto opened = Conversation::open(strict, terms);
  // A host that does not talk says nothing of its TLS.
  if (!opened.conversation && opened.tls_failure.empty()) return opened;
  const auto& reason = opened.tls_reason.empty() ? opened.trouble.reason : opened.tls_reason;
  if (domains != nullptr)
    domains->told(hop, {opened.tls_failure, reason, opened.ends.ours, opened.ends.theirs});
  return opened.conversation || !hop.is_tested ? std::move(opened) : Conversation::open(hop, terms);
}

}  // namespace serve
