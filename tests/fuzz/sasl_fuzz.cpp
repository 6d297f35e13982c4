// Any lines to every mechanism, any answers to its questions: no crash, nobody is logged in who was not
// granted, and no question splits when it is passed on.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "codec/base64.hpp"
#include "sasl/exchange.hpp"

namespace {

using Next = sasl::Step::Next;

void check(const sasl::Question& question) {
  for (const auto* field : {&question.name, &question.secret, &question.proof}) {
    if (field->find('\0') != std::string::npos) std::abort();
  }
}

sasl::Answer answer_by(char c) {
  if (c & 1) return {sasl::Verdict::granted, c & 2 ? "4096,c2FsdA==" : ""};
  return {c & 2 ? sasl::Verdict::denied : sasl::Verdict::temporary};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const sasl::Terms terms = {
      {"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL", "OAUTHBEARER", "XOAUTH2"},
      true,
      "exported",
      "",
      "bob"};
  if (text.empty()) return 0;
  const auto& name = terms.mechanisms[static_cast<unsigned char>(text[0]) % terms.mechanisms.size()];
  const bool encoded = text[0] < 0;
  text.remove_prefix(1);
  auto exchange = std::move(*sasl::Exchange::make(name, terms, "nonce"));
  auto step = exchange.begin({});
  bool logged_in = false;
  while (!text.empty()) {
    if (step.next == Next::ask) {
      check(step.question);
      const auto answer = answer_by(text[0]);
      logged_in = step.question.logs_in() && answer.verdict == sasl::Verdict::granted;
      text.remove_prefix(1);
      step = exchange.on(answer);
      if (step.next == Next::granted && !logged_in) std::abort();
      continue;
    }
    if (step.next != Next::challenge) return 0;
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    step = exchange.on(encoded ? std::string(line) : codec::base64_encode(line));
    if (step.next == Next::granted) std::abort();
  }
  return 0;
}
