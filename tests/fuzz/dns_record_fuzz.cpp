// Any octets as the data of a record, and as an address: what becomes of them has no character that a name, a
// number or an address has not.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/ascii.hpp"
#include "net/dns_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::RecordType;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto type : {RecordType::a, RecordType::aaaa, RecordType::cname, RecordType::mx, RecordType::ptr,
                          RecordType::tlsa, RecordType::txt}) {
    const auto out = net::rdata_text(type, text);
    if (!out) continue;
    if (type == RecordType::txt) {
      if (out->size() >= size) std::abort();
      continue;
    }
    const auto good = [](char c) {
      return base::is_alnum(c) || std::string_view(" .:-_\\").find(c) != std::string_view::npos;
    };
    if (out->empty() || !std::all_of(out->begin(), out->end(), good)) std::abort();
  }
  const auto reversed = net::reverse_name(std::string(text));
  if (reversed && !net::is_domain_name(*reversed)) std::abort();
  return 0;
}
