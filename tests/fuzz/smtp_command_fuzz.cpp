// Any line is a command, or the response to a challenge: no input crashes the parser or the machine, and
// every reply stays one reply. Who asks about "granted" is told so.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "smtp/server.hpp"

namespace {

class Everyone : public smtp::Policy {
 public:
  bool is_local_domain(std::string_view) const override { return true; }
  bool has_user(std::string_view) const override { return true; }
  bool has_route(std::string_view domain) const override { return domain != "unrouted.test"; }
  bool may_send_as(std::string_view user, const smtp::Path& sender) const override {
    return sender.local != "root" || user == "root";
  }
};

smtp::ServerConfig config(bool submission) {
  smtp::ServerConfig out = {"mx.test"};
  out.submission = submission;
  out.verify = out.expand = !submission;
  if (!submission) return out;
  out.tls = true;
  out.nonce = "0123456789abcdefgh";
  out.login = sasl::Terms{
      {"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL", "OAUTHBEARER", "XOAUTH2"},
      true,
      "binding",
      "",
      "bob"};
  return out;
}

sasl::Answer answer_to(const sasl::Question& question) {
  using About = sasl::Question::About;
  if (question.about == About::salt) return {sasl::Verdict::granted, "4096,c2FsdA=="};
  const bool good = question.secret == "granted" || question.about == About::certificate;
  return {good ? sasl::Verdict::granted : sasl::Verdict::denied, ""};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Everyone policy;
  smtp::Server server(config(size % 2 == 0), policy);
  std::string_view text(reinterpret_cast<const char*>(data), size);
  bool response = false;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    auto step = response ? server.on_response(line) : server.on_line(line);
    for (int asked = 0; step.next == smtp::Next::authenticate; ++asked) {
      if (asked > 2) std::abort();
      step = server.on_answer(answer_to(step.question));
    }
    response = step.next == smtp::Next::response;
    if (step.next == smtp::Next::tls) server.secured({{"PLAIN", "EXTERNAL"}, true, "", "", "root"});
    if (step.next == smtp::Next::data || (step.next == smtp::Next::chunk && !step.chunk.discard))
      step = step.chunk.last || step.next == smtp::Next::data ? server.stored("id")
                                                              : server.chunk_taken(step.chunk.size);
    if (step.next == smtp::Next::close) break;
    if (!smtp::to_wire(step.reply).ends_with("\r\n")) std::abort();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return 0;
}
