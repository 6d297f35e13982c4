// Any text as a List-Id and as the settings of a list: what is written is one field a line and read again.
#include <cstdint>
#include <cstdlib>

#include "base/ascii.hpp"
#include "header/list_fields.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)header::parse_list_id(text);
  (void)header::is_automatic_reply(header::parse_fields(text));
  header::ListFields list;
  list.address = "x@" + std::string(text);
  list.owner = list.address;
  list.description = text;
  const auto written = header::write_list_fields(list);
  const auto fields = header::parse_fields(written);
  if (fields.size() != 6) std::abort();
  for (const auto& field : fields)
    if (!header::is_replaced_by_list(field.name, false)) std::abort();
  if (header::parse_list_id(fields[0].body) != header::list_id_of(list.address)) std::abort();
  return 0;
}
