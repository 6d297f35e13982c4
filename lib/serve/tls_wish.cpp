#include "serve/tls_wish.hpp"

#include "base/ascii.hpp"
#include "header/field.hpp"

namespace serve {

namespace {

constexpr std::uint64_t header_limit = 64 * 1024;  // octets in which the field is looked for

}  // namespace

TlsWish wish_of(const spool::Message& message, const smtp::MailParameters& parameters) {
  if (parameters.require_tls) return TlsWish::required;
  const auto head = spool::Queue::read(message, 0, header_limit);
  if (!head) return TlsWish::usual;
  const auto fields = header::parse_fields(std::string_view(*head).substr(0, head->find("\n\n")));
  const auto* const field = header::find(fields, "TLS-Required");
  return field != nullptr && base::iequals(base::trim(field->body), "No") ? TlsWish::none : TlsWish::usual;
}

base::Result<std::vector<NextHop>> find_as_wished(Exchangers& domains, const std::string& domain,
                                                  TlsWish wish) {
  if (wish == TlsWish::none) return domains.find_whatever_policy(domain);
  auto hops = domains.find(domain);
  if (!hops || wish != TlsWish::required) return hops;
  for (auto& hop : *hops) {
    if (hop.is_name_known && hop.tls != TlsLevel::dane) hop.tls = TlsLevel::verify;
  }
  return hops;
}

}  // namespace serve
