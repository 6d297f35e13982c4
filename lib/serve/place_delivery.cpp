#include "serve/place_delivery.hpp"

#include <signal.h>
#include <unistd.h>

#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "maildir/deliver.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/letter.hpp"
#include "serve/mailbox.hpp"
#include "serve/mbox_delivery.hpp"
#include "serve/program_delivery.hpp"

namespace serve {

namespace {

using Kind = smtp::Target::Kind;

constexpr unsigned time_for_files = 300;  // seconds, beside the program
constexpr unsigned goodbye = 5;           // seconds

const Attempt written = {Outcome::delivered, "2.0.0", "delivered", {}};

Letter letter_of(const PlaceDelivery& how, const spool::Message& message, const std::string& recipient) {
  Letter out;
  out.file = message.file.get();
  out.offset = message.envelope.body_offset;
  out.length = message.envelope.length.value_or(0);
  out.id = message.envelope.id;
  out.sender = message.envelope.sender;
  out.recipient = recipient;
  out.home = "/";
  out.hostname = how.hostname;
  return out;
}

base::Result<Attempt> deliver(const PlaceDelivery& how, const smtp::Target& place, const Letter& letter) {
  // A program may have handed it in again.
  if (const auto fresh = check_loop(letter, how.max_hops); !fresh) {
    if (fresh.error().code != base::Exit::unavailable) return fresh.error();
    return Attempt{Outcome::failed, "5.4.6", fresh.error().what, {}};
  }
  if (place.kind == Kind::program) {
    ProgramLimits limits;
    limits.end = std::chrono::steady_clock::now() + how.limit;
    TRY_ASSIGN(auto result, deliver_to_program(place.command, letter, limits));
    return std::move(result.attempt);
  }
  if (place.kind == Kind::mbox) {
    TRY(deliver_to_mbox(place.file, letter, now_seconds()));
    return written;
  }
  return deliver_to_maildir(letter, place.file, {});
}

std::string packed(const base::Result<Attempt>& result) {
  const auto& attempt = result ? *result : Attempt{Outcome::deferred, "4.3.0", result.error().what, {}};
  return fs::join_fields(
      {std::to_string(static_cast<int>(attempt.outcome)), attempt.status, base::printable(attempt.reason)});
}

base::Result<Attempt> unpacked(const fs::Packet& packet) {
  auto fields = fs::split_fields(packet.text);
  const auto outcome =
      fields.size() == 3 ? base::parse_number(fields[0], static_cast<int>(Outcome::failed)) : std::nullopt;
  if (!outcome) return base::fail(base::Exit::software, "a delivery that says nothing");
  return Attempt{static_cast<Outcome>(*outcome), std::move(fields[1]), std::move(fields[2]), {}};
}

}  // namespace

base::Result<Attempt> deliver_to_place(const PlaceDelivery& how, const smtp::Target& place,
                                       const spool::Message& message, const std::string& recipient) {
  if (geteuid() == 0 && (!how.user || how.user->uid == 0))
    return Attempt{Outcome::deferred, "4.3.5", "nobody but root is there to deliver it: alias-user", {}};
  // To be read, not to be written: there are other people's recipients in it.
  TRY_ASSIGN(const auto file, fs::open("/proc/self/fd/" + std::to_string(message.file.get()), O_RDONLY));
  auto letter = letter_of(how, message, recipient);
  letter.file = file.get();
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) {
    // The runner's lock, above all, is not for it.
    proc::keep_only({sockets.second.get(), file.get()});
    (void)setsid();
    const auto became = proc::become(how.user);
    const auto result = became ? deliver(how, place, letter) : base::Result<Attempt>(became.error());
    (void)fs::send_packet(sockets.second.get(), packed(result));
    _exit(0);
  }
  sockets.second.reset();
  const auto seconds = static_cast<unsigned>(how.limit.count()) + time_for_files;
  // Whom its program has stopped is not waited for.
  const bool answers = await_answer(sockets.first.get(), pid, seconds, how.when_slow);
  if (!answers) kill(pid, SIGKILL);
  const auto packet = answers ? fs::receive_packet(sockets.first.get()) : std::optional<fs::Packet>();
  proc::let_go(pid, goodbye);
  if (!answers) return Attempt{Outcome::deferred, "4.3.0", "the delivery hangs", {}};
  if (!packet || !*packet) return Attempt{Outcome::deferred, "4.3.0", "the delivery died", {}};
  return unpacked(**packet);
}

}  // namespace serve
