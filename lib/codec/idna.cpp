#include "codec/idna.hpp"

#include <idn2.h>

#include <algorithm>

#include "base/ascii.hpp"

namespace codec {

namespace {

/// Letters, digits and hyphens; what is not ASCII the library judges.
bool may_be_in_domain(char c) {
  return base::is_alnum(c) || base::is_8bit(c) || c == '-' || c == '.';
}

base::Result<std::string> look_up(std::string_view domain, int rules) {
  char* found = nullptr;
  const int status =
      idn2_to_ascii_8z(std::string(domain).c_str(), &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | rules);
  if (status != IDN2_OK)
    return base::fail(base::Exit::data, "'" + base::printable(domain, 255) + "': " + idn2_strerror(status));
  auto out = base::lower(found);
  idn2_free(found);
  return out;
}

}  // namespace

base::Result<std::string> idna_to_ascii(std::string_view domain) {
  constexpr std::size_t limit = 255;
  const bool good = std::all_of(domain.begin(), domain.end(), may_be_in_domain);
  if (domain.empty() || domain.size() > limit || !good) return base::fail(base::Exit::data, "no domain name");
  TRY_ASSIGN(const auto out, look_up(domain, 0));
  // With the flag the library leaves out what the rules of host names forbid: it would be another name.
  TRY_ASSIGN(const auto strict, look_up(domain, IDN2_USE_STD3_ASCII_RULES));
  if (out != strict) return base::fail(base::Exit::data, "no domain name");
  if (out.size() > limit) return base::fail(base::Exit::data, "a domain has at most 255 octets");
  return out;
}

base::Result<std::string> idna_pattern(std::string_view domain) {
  if (base::has_8bit(domain)) {
    const bool below = domain.starts_with('.');
    TRY_ASSIGN(const auto name, idna_to_ascii(domain.substr(below ? 1 : 0)));
    return (below ? "." : "") + name;
  }
  const bool good = std::all_of(domain.begin(), domain.end(), [](char c) {
    return base::is_alnum(c) || std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
  if (domain.empty() || !good)
    return base::fail(base::Exit::data, "'" + base::printable(domain, 100) + "' is no domain");
  return base::lower(domain);
}

}  // namespace codec
