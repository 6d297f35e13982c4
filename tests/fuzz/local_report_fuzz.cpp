// Any octets as what a user's process says: what is believed can be said again, and holds nothing that forges
// a line of the spool or the log.
#include "serve/local_report.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/ascii.hpp"
#include "serve/parts_done.hpp"

namespace {

void check(bool right) {
  if (!right) std::abort();
}

bool is_clean(const std::string& text) {
  return std::none_of(text.begin(), text.end(), base::is_control);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& part : serve::parse_parts(text, "bob")) check(part.find('\n') == std::string::npos);
  const auto report = serve::parse_report(text);
  if (!report) return 0;
  check(is_clean(report->attempt.reason) && is_clean(report->attempt.status));
  for (const auto& forward : report->forwards) check(is_clean(forward.address) && forward.part.size() == 16);
  const auto again = serve::parse_report(serve::to_packet(*report));
  check(again && again->forwards == report->forwards && again->done == report->done);
  return 0;
}
