// Any bytes as lines to the POP3 server, in every state: no crash, and every reply is whole. The first octet
// says where it begins, and what is answered to a login.
#include <cstdint>
#include <cstdlib>

#include "pop3/server.hpp"

namespace {

using pop3::Next;

struct Two : pop3::Maildrop {
  std::size_t count() const override { return 2; }
  std::uint64_t size(std::size_t) const override { return 10; }
  std::string uid(std::size_t i) const override { return std::to_string(i); }
};

void check(const pop3::Step& step) {
  if (!step.reply.empty() && !step.reply.ends_with("\r\n")) std::abort();
  if (step.reply.empty() && step.next == Next::command) std::abort();
}

constexpr sasl::Verdict verdicts[] = {sasl::Verdict::granted, sasl::Verdict::denied, sasl::Verdict::temporary,
                                      sasl::Verdict::blocked};

/// Until the question is answered that a step may have.
pop3::Step settle(pop3::Server& server, const pop3::Maildrop& drop, pop3::Step step, sasl::Verdict verdict) {
  for (int i = 0; i < 3 && step.next == Next::authenticate; ++i) {
    if ((step.question.name + step.question.secret).find_first_of(std::string_view("\0\r\n", 3)) !=
        std::string::npos)
      std::abort();
    const bool in = verdict == sasl::Verdict::granted && step.question.logs_in();
    step = in ? server.authenticated(drop) : server.on_answer({verdict, "4096,QSXCR+Q6sek8bf92"});
    check(step);
  }
  return step;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Two drop;
  pop3::Server server(false, {{"PLAIN", "LOGIN", "SCRAM-SHA-256", "OAUTHBEARER"}, (data[0] & 8) == 0},
                      "nonce", true, {(data[0] & 16) == 0 ? "<1@mx>" : "", 5});
  if ((data[0] & 4) != 0) check(server.authenticated(drop));
  auto next = Next::command;
  while (!text.empty() && next != Next::close && next != Next::commit_and_close) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
    auto step = next == Next::response ? server.on_response(line) : server.on(pop3::parse_command(line));
    check(step);
    step = settle(server, drop, std::move(step), verdicts[data[0] % 4]);
    if (step.next == Next::send_message && step.index >= drop.count()) std::abort();
    if (step.next == Next::start_tls) server.offer({{"PLAIN"}, true});
    next = step.next;
  }
  for (const auto i : server.deleted()) {
    if (i >= drop.count()) std::abort();
  }
  return 0;
}
