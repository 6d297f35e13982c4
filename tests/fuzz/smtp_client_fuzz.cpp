// A host may answer anything at any time: the machine never stops between states, and every recipient has a
// verdict.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "smtp/client.hpp"
#include "smtp/routes.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)smtp::Routes::parse(text, "routes");
  smtp::Client client("me.test");
  smtp::ReplyReader reader;
  while (!text.empty() && client.next() != smtp::Client::Next::close) {
    if (client.next() == smtp::Client::Next::ready) client.begin({"a@b.test", {"x@y.test", "z@y.test"}, 10});
    if (client.next() == smtp::Client::Next::body) client.body_sent();
    (void)client.output();
    const auto end = std::min(text.find('\n'), text.size());
    const auto state = reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (state == smtp::ReplyReader::State::complete) client.on(reader.take());
    if (state == smtp::ReplyReader::State::wrong) client.lost("wrong");
  }
  client.lost("the end");
  for (const auto& verdict : client.verdicts()) {
    if (verdict.text.empty() || verdict.status.empty()) std::abort();
  }
  return 0;
}
