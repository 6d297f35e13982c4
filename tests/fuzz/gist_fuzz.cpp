// The gist of any header can be asked for everything, as can any text that somebody has kept for one; and
// what is looked for in any case is found where a plain search finds it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ascii.hpp"
#include "imap/any_case.hpp"
#include "imap/gist.hpp"
#include "imap/sort_key.hpp"
#include "imap/thread_id.hpp"

namespace {

void ask(std::string_view text) {
  const imap::Gist gist(text);
  (void)gist.day();
  (void)imap::thread_id(gist, "M1");
  using Kind = imap::SortKey::Kind;
  for (const auto kind : {Kind::cc, Kind::date, Kind::from, Kind::subject, Kind::to, Kind::display_from})
    (void)imap::sort_value(kind, gist);
  for (const char* field : {"Subject", "From", "To", "Cc", "Bcc", "Message-ID"}) {
    if (gist.holds(field, "x") && !gist.holds(field, "")) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ask(text);
  ask(imap::make_gist(text));
  const auto wanted = base::lower(text.substr(0, size % 5));
  const auto where = text.substr(size / 2);
  if (imap::holds_in_any_case(where, wanted) != (base::lower(where).find(wanted) != std::string::npos))
    std::abort();
  return 0;
}
