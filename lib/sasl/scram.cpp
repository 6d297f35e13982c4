#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "codec/base64.hpp"
#include "codec/saslprep.hpp"
#include "sasl/mechanisms.hpp"
#include "sasl/scram_message.hpp"

namespace sasl {

namespace {

using Next = Step::Next;
using About = Question::About;
using Binding = Gs2Header::Binding;

class Scram : public Mechanism {
 public:
  Scram(bool plus, const Terms& terms, std::string nonce)
      : plus_(plus),
        plus_offered_(offers(terms, "SCRAM-SHA-256-PLUS")),
        exporter_(terms.exporter),
        end_point_(terms.end_point),
        nonce_(std::move(nonce)) {}

  Step on(std::string_view response) override {
    switch (awaits_) {
      case Awaits::first:
        return on_first(response);
      case Awaits::final:
        return on_final(response);
      case Awaits::acknowledgement:
        if (!response.empty()) return {Next::malformed, "an empty response is expected"};
        awaits_ = Awaits::session;
        return {Next::ask, {}, {About::session, name_}};
      default:
        return {Next::malformed, "no response is expected"};
    }
  }

  Step on(const Answer& answer) override {
    if (answer.verdict != Verdict::granted) return Mechanism::on(answer);
    switch (awaits_) {
      case Awaits::salt:
        return on_salt(answer.text);
      case Awaits::verdict:
        awaits_ = Awaits::acknowledgement;
        return {Next::challenge, "v=" + answer.text};
      case Awaits::session:
        return {Next::granted};
      default:
        return {Next::unavailable};
    }
  }

 private:
  enum class Awaits { first, salt, final, verdict, acknowledgement, session };

  /// The octets of the channel; nothing for a name of a binding that this connection does not have.
  const std::string* channel(std::string_view name) const {
    if (name == "tls-exporter" && !exporter_.empty()) return &exporter_;
    if (name == "tls-server-end-point" && !end_point_.empty()) return &end_point_;
    return nullptr;
  }

  Step on_first(std::string_view message) {
    auto first = parse_client_first(message);
    if (!first) return {Next::malformed, "not the first message of SCRAM"};
    const auto& header = first->header;
    if (plus_ != (header.binding == Binding::used)) return {Next::malformed, "wrong kind of channel binding"};
    // Somebody in between has taken -PLUS out of the list that the client saw (RFC 5802 section 6).
    if (header.binding == Binding::not_here && plus_offered_) return {Next::denied};
    if (plus_ && channel(header.binding_name) == nullptr)
      return {Next::malformed, "this channel binding cannot be had"};
    const auto name = codec::saslprep(first->name);
    if (!name) return {Next::malformed, name.error().what};
    if (!header.authorize.empty() && header.authorize != first->name)
      return {Next::denied, "one user cannot act as another"};
    name_ = *name;
    bound_ = message.substr(0, header.length);
    if (plus_) bound_ += *channel(header.binding_name);
    messages_ = message.substr(header.length);
    nonce_ = first->nonce + nonce_;
    awaits_ = Awaits::salt;
    return {Next::ask, {}, {About::salt, name_}};
  }

  Step on_salt(std::string_view answer) {
    const auto comma = answer.find(',');
    if (comma == answer.npos) return {Next::unavailable};
    const auto reply = "r=" + nonce_ + ",s=" + std::string(answer.substr(comma + 1)) +
                       ",i=" + std::string(answer.substr(0, comma));
    messages_ += "," + reply;
    awaits_ = Awaits::final;
    return {Next::challenge, reply};
  }

  Step on_final(std::string_view message) {
    auto final = parse_client_final(message);
    if (!final) return {Next::malformed, "not the final message of SCRAM"};
    if (final->nonce != nonce_ || final->binding != codec::base64_encode(bound_)) return {Next::denied};
    awaits_ = Awaits::verdict;
    return {Next::ask,
            {},
            {About::proof, name_, messages_ + "," + final->without_proof, std::move(final->proof)}};
  }

  bool plus_;
  bool plus_offered_;
  std::string exporter_;
  std::string end_point_;
  std::string nonce_;  // ours, then both
  Awaits awaits_ = Awaits::first;
  std::string name_;
  std::string bound_;     // the GS2 header and the octets of the channel
  std::string messages_;  // the AuthMessage as far as it is there
};

}  // namespace

std::unique_ptr<Mechanism> make_scram(bool plus, const Terms& terms, std::string nonce) {
  return std::make_unique<Scram>(plus, terms, std::move(nonce));
}

}  // namespace sasl
