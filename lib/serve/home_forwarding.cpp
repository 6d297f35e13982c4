#include "serve/home_forwarding.hpp"

#include <algorithm>

#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "smtp/parameter.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

/// Of the recipient whose mail this is, without what only he has been asked for.
std::string inherited(const spool::Message& message, const Letter& letter) {
  const auto& all = message.envelope.recipients;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.address == letter.recipient; });
  auto asked = smtp::parse_rcpt_parameters(found == all.end() ? std::string() : found->parameters);
  if (!asked || !asked->notify) return {};
  asked->notify->success = false;
  asked->notify->never = !asked->notify->failure && !asked->notify->delay;
  asked->original.clear();
  return smtp::to_words(*asked);
}

base::Result<spool::Writer> write_copy(const std::string& spool, const spool::Message& message,
                                       const Letter& letter, std::vector<spool::Recipient> recipients,
                                       bool expanded) {
  spool::Envelope envelope;
  envelope.sender = message.envelope.sender;
  envelope.parameters = message.envelope.parameters;
  envelope.expanded = expanded;
  envelope.recipients = std::move(recipients);
  TRY_ASSIGN(auto writer, spool::Writer::create(spool, now_microseconds(), std::move(envelope)));
  TRY(writer.write(delivered_to_line(letter)));
  TRY(spool::Queue::each_chunk(message, [&](std::string_view chunk) { return writer.write(chunk); }));
  return writer;
}

}  // namespace

base::Result<void> queue_forwards(const std::string& spool, const spool::Message& message,
                                  const Letter& letter, const std::vector<Forward>& forwards,
                                  std::vector<std::string>& done) {
  const auto words = inherited(message, letter);
  for (const bool unaliased : {false, true}) {
    std::vector<spool::Recipient> to;
    for (const auto& forward : forwards) {
      if (forward.unaliased == unaliased) to.push_back({forward.address, spool::Status::todo, words});
    }
    if (to.empty()) continue;
    const auto count = std::to_string(to.size());
    TRY_ASSIGN(auto writer, write_copy(spool, message, letter, std::move(to), unaliased));
    TRY(writer.commit());
    proc::log(letter.id, "forwarded", {{"user", letter.user}, {"id", writer.id()}, {"recipients", count}});
    spool::wake(spool, writer.name());
    for (const auto& forward : forwards) {
      if (forward.unaliased == unaliased) done.push_back(forward.part);
    }
  }
  return {};
}

}  // namespace serve
