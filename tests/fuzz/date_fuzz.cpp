// Any text gives a date that exists or none, with defects inside the text; every second that has four digits
// for its year reads as it is written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "header/date.hpp"

namespace {

void check(const header::Date& date, const base::Defects& defects) {
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31 || date.hour > 23 ||
      date.minute > 59 || date.second > 60 || date.year < 0 || date.year > 9999 || date.zone < -6000 ||
      date.zone > 6000) {
    std::abort();
  }
  for (const auto& one : defects.list()) {
    if (one.rule == &header::bad_date && defects.list().size() == 1) std::abort();
  }
  if (date.seconds() < 0) return;
  const auto written = header::format_date(static_cast<std::uint64_t>(date.seconds()));
  base::Defects none;
  const auto again = header::parse_date(written, &none);
  // A zone may carry the date over the end of the year 9999.
  if (date.seconds() < 253'402'300'800 && (!again || again->seconds() != date.seconds() || !none.empty())) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  base::Defects defects;
  const auto date = header::parse_date(text, &defects);
  for (const auto& one : defects.list()) {
    if (one.offset > size) std::abort();
  }
  if (date) check(*date, defects);
  if (!date && defects.empty()) std::abort();
  if (header::parse_date(text) != date) std::abort();
  return 0;
}
