// Any octets as a record of greylisting: one that is read is written as one line that says the same.
#include <cstdint>
#include <cstdlib>

#include "net/greylist_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto record = net::parse_greylist_record(text)) {
    const auto written = net::to_text(*record);
    if (written.size() != net::greylist_record_size) std::abort();
    auto again = net::parse_greylist_record(written);
    if (!again || again->key != record->key || again->first != record->first || again->last != record->last)
      std::abort();
  }
  const auto about =
      net::parse_greylist_record(net::to_text({1, 2, 3, "0123456789abcdef0123", std::string(text)}));
  if (!about || about->passes != 3) std::abort();
  (void)net::source_network(std::string(text));
  return 0;
}
