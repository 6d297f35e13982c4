#include "serve/tls_told.hpp"

#include <utility>

namespace serve {

std::string failure_of(const Attempt& trouble) {
  if (trouble.status == "4.7.4") return "starttls-not-supported";
  if (trouble.status != "4.7.5") return "";
  constexpr std::pair<const char*, const char*> rows[] = {{"expired", "certificate-expired"},
                                                          {"mismatch", "certificate-host-mismatch"},
                                                          {"self-signed", "certificate-not-trusted"},
                                                          {"issuer", "certificate-not-trusted"},
                                                          {"TLSA", "tlsa-invalid"}};
  for (const auto& [word, failure] : rows) {
    if (trouble.reason.find(word) != std::string::npos) return failure;
  }
  return "validation-failure";
}

Conversation::Opened open_and_tell(Exchangers* domains, const NextHop& hop,
                                   const Conversation::Terms& terms) {
  auto strict = hop;
  if (hop.is_tested) strict.tls = TlsLevel::verify;
  auto opened = Conversation::open(strict, terms);
  TlsOutcome outcome;
  if (!opened.conversation) {
    outcome = {failure_of(opened.trouble), opened.trouble.reason};
    if (outcome.failure.empty()) return opened;
  } else if (opened.conversation->tls().empty()) {
    outcome = {"starttls-not-supported", ""};
  }
  if (domains != nullptr) domains->told(hop, outcome);
  return opened.conversation || !hop.is_tested ? std::move(opened) : Conversation::open(hop, terms);
}

}  // namespace serve
