// Any octets as the result of a TLS session, as a record of who wants reports, and as a question about a
// policy.
#include <cstdint>
#include <cstdlib>

#include "net/mta_sts_line.hpp"
#include "net/tls_report.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto result = net::parse_tls_result(text)) {
    net::TlsReport report;
    report.add(*result);
    (void)report.json({"a", "b", "c", 0});
    const auto again = net::parse_tls_result(net::to_line(*result));
    if (!again || again->policy.domain.size() != result->policy.domain.size()) std::abort();
  }
  for (const auto& uri : net::tls_report_uris({std::string(text)})) (void)net::mailto_address(uri);
  (void)net::parse_day(text);
  if (const auto question = net::parse_sts_question(text)) {
    auto line = net::to_line(*question);
    line.pop_back();
    if (net::parse_sts_question(line).value() != *question) std::abort();
    if (question->domain.find('/') != std::string::npos || question->domain.starts_with('.')) std::abort();
  }
  if (const auto answer = net::parse_sts_answer(text, "a.test")) {
    auto line = net::to_line("a.test", *answer);
    line.pop_back();
    if (net::parse_sts_answer(line, "a.test").value() != *answer) std::abort();
  }
  return 0;
}
