// Any bytes as lines to the POP3 server: no crash, and every reply is whole.
#include <cstdint>
#include <cstdlib>

#include "pop3/server.hpp"

namespace {

struct Two : pop3::Maildrop {
  std::size_t count() const override { return 2; }
  std::uint64_t size(std::size_t) const override { return 10; }
  std::string uid(std::size_t i) const override { return std::to_string(i); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const Two drop;
  pop3::Server server(false, {{"PLAIN", "LOGIN", "SCRAM-SHA-256"}, true}, "nonce", true, {"<1@mx>", 5});
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
    const auto step = server.on(pop3::parse_command(line));
    if (!step.reply.empty() && !step.reply.ends_with("\r\n")) std::abort();
    if (step.next == pop3::Next::authenticate) server.authenticated(drop);
    if (step.next == pop3::Next::send_message && step.index >= drop.count()) std::abort();
  }
  return 0;
}
