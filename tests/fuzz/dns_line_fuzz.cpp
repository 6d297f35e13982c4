// Any octets as lines of resolve: what is read is written as one line that says the same again.
#include <cstdint>
#include <cstdlib>

#include "net/dns_line.hpp"

namespace {

std::string_view one_line(const std::string& line) {
  if (line.find('\n') != line.size() - 1) std::abort();
  return std::string_view(line).substr(0, line.size() - 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto question = net::parse_question(text)) {
    const auto again = net::parse_question(one_line(net::to_line(*question)));
    if (!again || *again != *question) std::abort();
  }
  if (const auto line = net::parse_answer(text)) {
    const auto written = net::to_line(line->question, line->answer);
    const auto again = net::parse_answer(one_line(written));
    if (!again || again->question != line->question) std::abort();
    if (again->answer != line->answer && again->answer != net::no_answer("the answer is too long"))
      std::abort();
  }
  // Hostile records, too, become an answer that is one line.
  net::Answer answer = {net::Answer::Outcome::found, false, 1, std::string(text), {std::string(text), "x"}};
  const auto back = net::parse_answer(one_line(net::to_line({7, net::RecordType::txt, "a"}, answer)));
  if (!back || (text != "-" && back->answer != answer && back->answer.found())) std::abort();
  return 0;
}
