#include "serve/forwarding.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "smtp/parameter.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::size_t at_once = 1000;  // recipients of one message

/// For one behind a list; what a hand has changed in the spool asks for nothing.
std::string inherited(const std::string& parameters) {
  auto asked = smtp::parse_rcpt_parameters(parameters);
  if (!asked) return {};
  if (asked->notify && asked->notify->success) {
    asked->notify->success = false;
    if (!asked->notify->failure && !asked->notify->delay) asked->notify->never = true;
  }
  return smtp::to_words(*asked);
}

base::Result<void> queue_copy(const std::string& spool, const spool::Message& message,
                              std::span<const spool::Recipient> to) {
  spool::Envelope envelope;
  envelope.sender = message.envelope.sender;
  envelope.parameters = message.envelope.parameters;
  envelope.expanded = true;
  envelope.recipients.assign(to.begin(), to.end());
  TRY_ASSIGN(auto writer, spool::Writer::create(spool, now_microseconds(), std::move(envelope)));
  TRY(spool::Queue::each_chunk(message, [&](std::string_view chunk) { return writer.write(chunk); }));
  TRY(writer.commit());
  proc::log(message.envelope.id, "expanded",
            {{"id", writer.id()}, {"recipients", std::to_string(to.size())}});
  spool::wake(spool, writer.name());
  return {};
}

}  // namespace

base::Result<void> send_on(const std::string& spool, const spool::Message& message,
                           std::span<const AliasRecipient> aliases) {
  std::vector<spool::Recipient> to;
  std::set<std::string> known;
  for (const auto& [parameters, who] : aliases) {
    const auto words = inherited(parameters);
    for (const auto* names : {&who.users, &who.addresses, &who.unknown}) {
      for (const auto& name : *names) {
        if (known.insert(name).second) to.push_back({name, spool::Status::todo, words});
      }
    }
  }
  for (std::size_t at = 0; at < to.size(); at += at_once)
    TRY(queue_copy(spool, message, std::span(to).subspan(at, std::min(at_once, to.size() - at))));
  return {};
}

}  // namespace serve
