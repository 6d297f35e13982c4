#include "serve/home_forwarding.hpp"

#include <algorithm>
#include <utility>

#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/forwarding.hpp"
#include "smtp/parameter.hpp"
#include "smtp/path.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

/// Of the recipient whose mail this is, who is the original one of nobody else's.
std::string inherited_from(const spool::Message& message, const std::string& recipient) {
  const auto& all = message.envelope.recipients;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.address == recipient; });
  auto asked = smtp::parse_rcpt_parameters(found == all.end() ? std::string() : inherited(found->parameters));
  if (!asked) return {};
  asked->original.clear();
  return smtp::to_words(*asked);
}

/// One message in the queue: what goes out of the house has another sender than what does not.
struct Copy {
  std::string sender;
  bool expanded = false;
  std::vector<spool::Recipient> to = {};
  std::vector<std::string> parts = {};
};

std::vector<Copy> copies_of(const ForwardingPlace& place, const spool::Message& message,
                            const std::vector<Forward>& forwards) {
  const auto words = inherited_from(message, place.recipient);
  const auto& sender = message.envelope.sender;
  const auto rewritten = place.policy == nullptr ? sender : place.policy->forwarding_sender(sender);
  std::vector<Copy> out = {{sender}, {sender, true}, {rewritten}};
  for (const auto& forward : forwards) {
    const auto domain = smtp::domain_of(forward.address);
    const bool away = rewritten != sender && !domain.empty() && !place.policy->is_local_domain(domain);
    auto& copy = out[away ? 2 : forward.unaliased ? 1 : 0];
    copy.to.push_back({forward.address, spool::Status::todo, words});
    copy.parts.push_back(forward.part);
  }
  return out;
}

base::Result<void> queue(const std::string& spool, const spool::Message& message, const Letter& letter,
                         const Copy& copy) {
  spool::Envelope envelope;
  envelope.sender = copy.sender;
  envelope.parameters = with_time_left(message.envelope.parameters, message.envelope.received, now_seconds());
  envelope.expanded = copy.expanded;
  envelope.recipients = copy.to;
  TRY_ASSIGN(auto writer, spool::Writer::create(spool, now_microseconds(), std::move(envelope)));
  TRY(writer.write(delivered_to_line(letter)));
  TRY(spool::Queue::each_chunk(message, [&](std::string_view chunk) { return writer.write(chunk); }));
  TRY(writer.commit());
  proc::log(letter.id, "forwarded",
            {{"user", letter.user}, {"id", writer.id()}, {"recipients", std::to_string(copy.to.size())}});
  spool::wake(spool, writer.name());
  return {};
}

}  // namespace

base::Result<void> queue_forwards(const ForwardingPlace& place, const spool::Message& message,
                                  const Letter& letter, const std::vector<Forward>& forwards,
                                  std::vector<std::string>& done) {
  for (const auto& copy : copies_of(place, message, forwards)) {
    if (copy.to.empty()) continue;
    TRY(queue(place.spool, message, letter, copy));
    done.insert(done.end(), copy.parts.begin(), copy.parts.end());
  }
  return {};
}

}  // namespace serve
