#include "imap/thread_id.hpp"

#include "codec/sha256.hpp"

namespace imap {

std::string thread_id(const Gist& gist, std::string_view email_id) {
  constexpr std::size_t digits = 32;
  const auto references = gist.references();
  const auto first = references.empty() ? gist.id() : references.front();
  codec::Sha256 hash;
  hash.update(first.empty() ? email_id : first);
  return "T" + hash.finish().substr(0, digits);
}

}  // namespace imap
