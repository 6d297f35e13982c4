#include "imap/thread_id.hpp"

#include "codec/sha256.hpp"

namespace imap {

std::string thread_id(const Gist& gist) {
  constexpr std::size_t digits = 32;
  const auto references = gist.references();
  const auto first = references.empty() ? gist.id() : references.front();
  if (first.empty()) return {};
  codec::Sha256 hash;
  hash.update(first);
  return "T" + hash.finish().substr(0, digits);
}

}  // namespace imap
