// Any octets as a line of dnsbl: a list that is taken has a name for every address that may be asked for.
#include <cstdint>
#include <cstdlib>

#include "net/dns_list.hpp"
#include "net/dns_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto list = net::DnsList::parse(text);
  if (!list) return 0;
  if (list->weight == 0) std::abort();
  for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
    if (!net::is_domain_name(list->name_for(address))) std::abort();
  }
  for (const auto& [first, last] : list->answers) {
    if (first > last || first >> 24 != 127 || last >> 24 != 127) std::abort();
  }
  (void)list->counts({std::string(text), "127.0.0.2"});
  return 0;
}
