// A host may answer anything at any time: the machine never stops between states, every recipient has a
// verdict, and no password goes out in clear. The first octet chooses what is asked of the host.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "smtp/client.hpp"
#include "smtp/routes.hpp"

namespace {

smtp::ClientTerms terms_of(unsigned choice) {
  smtp::ClientTerms out;
  out.hostname = "me.test";
  out.lmtp = (choice & 1) != 0;
  out.tls = (choice & 2) == 0   ? smtp::ClientTerms::Tls::never
            : (choice & 4) == 0 ? smtp::ClientTerms::Tls::may
                                : smtp::ClientTerms::Tls::must;
  if ((choice & 8) != 0) out.login = {"user", "secret"};
  out.nonce = "abcdefghijklmnopqrst";
  out.large = 10;
  return out;
}

smtp::Transaction transaction_of(unsigned choice) {
  smtp::Transaction out{"a@b.test", {{"x@y.test"}, {"z@y.test"}}, 10};
  out.recipients[0].parameters.original = "rfc822;x@y.test";
  out.parameters.require_tls = (choice & 16) != 0;
  out.utf8 = (choice & 32) != 0;
  out.eight_bit = (choice & 64) != 0;
  out.parameters.envelope_id = "id";
  return out;
}

class Edge {
 public:
  explicit Edge(unsigned choice) : choice_(choice), must_((choice & 6) == 6), client_(terms_of(choice)) {}

  bool closed() const { return client_.next() == smtp::Client::Next::close; }

  /// What the edge does until it has to read.
  void act() {
    using Next = smtp::Client::Next;
    if (client_.next() == Next::tls) {
      client_.secured((choice_ & 128) != 0);
      secured_ = true;
    }
    if (client_.next() == Next::ready) client_.begin(transaction_of(choice_));
    if (client_.next() == Next::body) {
      if (client_.chunked()) (void)client_.chunk(4, false);
      if (client_.chunked()) (void)client_.chunk(6, true);
      client_.body_sent();
    }
    const auto said = client_.output();
    // PLAIN and LOGIN of that name and password.
    const bool secret = said.find("AHVzZXIAc2VjcmV0") != said.npos || said.find("c2VjcmV0") != said.npos;
    if (secret && !secured_) std::abort();
    if (said.find("MAIL FROM") != said.npos && must_ && !secured_) std::abort();
  }

  void hear(std::string_view line) {
    const auto state = reader_.line(line);
    if (state == smtp::ReplyReader::State::complete) client_.on(reader_.take());
    if (state == smtp::ReplyReader::State::wrong) client_.lost("wrong");
  }

  void end() {
    const bool idle = client_.next() == smtp::Client::Next::ready;
    client_.lost("the end");
    if (!closed() || (!idle && client_.verdicts().empty())) std::abort();
    for (const auto& verdict : client_.verdicts()) {
      if (verdict.text.empty() || verdict.status.empty()) std::abort();
    }
  }

 private:
  unsigned choice_;
  bool must_;
  bool secured_ = false;
  smtp::Client client_;
  smtp::ReplyReader reader_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)smtp::Routes::parse(text, "routes");
  if (const auto route = smtp::parse_route(text)) {
    if (smtp::parse_route(smtp::to_string(*route)).value() != *route) std::abort();
  }
  Edge edge(text.empty() ? 0 : static_cast<std::uint8_t>(text[0]));
  text.remove_prefix(std::min<std::size_t>(1, text.size()));
  while (!text.empty() && !edge.closed()) {
    edge.act();
    const auto end = std::min(text.find('\n'), text.size());
    edge.hear(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  edge.end();
  return 0;
}
