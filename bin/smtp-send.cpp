// The queue runner, and with --to the way out for one message now.
#include "fs/lock.hpp"
#include "proc/log.hpp"
#include "proc/run.hpp"
#include "serve/account_policy.hpp"
#include "serve/direct_delivery.hpp"
#include "serve/remote_agent.hpp"
#include "serve/runner.hpp"
#include "serve/runner_options.hpp"

namespace {

constexpr proc::Option options[] = {
    {"once", "", "try what is due, once, and end"},
    {"check", "", "say whether the configuration is good, and end"},
    {"to", "ADDRESS", "send the message on standard input to this recipient, now; may be given often"},
    {"from", "ADDRESS", "its reverse-path, not the header's Sender or From; empty for none"},
    {"host", "HOST[:PORT]", "where it goes, whatever the routes say"},
};
constexpr proc::Usage usage = {"smtp-send",
                               "[--once | --check | --to ADDRESS [--from ADDRESS] [--host HOST]]",
                               "Deliver what is due in the spool, or one message now.",
                               "  smtp-send --config tubepost.conf --once\n"
                               "  mime-encode -s report -a q3.pdf | smtp-send --to bob@example.test\n",
                               options,
                               serve::runner_keys};

/// Who waits for it is told at once; the spool is not touched.
base::Result<int> send_now(const proc::Options& given, const serve::RunnerConfig& config) {
  std::optional<smtp::Route> host;
  serve::AccountPolicy nobody;
  std::optional<serve::AccountFiles> accounts;
  if (given.has("host")) {
    TRY_ASSIGN(host, smtp::parse_route(given.get("host")));
  } else {
    TRY_ASSIGN(accounts, serve::AccountFiles::load(given));
  }
  const auto sender = given.has("from") ? std::optional(given.get("from")) : std::nullopt;
  TRY_ASSIGN(const auto message, serve::take_message(0, config.delivery.hostname, sender, given.all("to")));
  serve::RemoteAgent remote(config.delivery.hostname, config.delivery.timeout, config.remote_user,
                            config.domains.get());
  const auto attempts =
      serve::deliver_directly(config.delivery, accounts ? accounts->policy() : nobody, host, message, remote);
  const auto exit = serve::exit_of(attempts);
  for (std::size_t i = 0; exit != base::Exit::ok && i < attempts.size(); ++i) {
    const auto& recipient = message.envelope.recipients[i].address;
    proc::complain("smtp-send: " + serve::describe(recipient, attempts[i]) + "\n");
  }
  return static_cast<int>(exit);
}

base::Result<serve::Setting> read_setting(const proc::Options& given) {
  TRY_ASSIGN(auto config, serve::runner_options(given));
  TRY_ASSIGN(auto accounts, serve::AccountFiles::load(given));
  TRY(accounts.policy().check_alias_user());
  return serve::Setting{std::move(config), std::move(accounts)};
}

base::Result<int> work(const proc::Options& given, const serve::Reload& reload) {
  if (!given.arguments.empty()) return base::fail(base::Exit::usage, "recipients are named with --to");
  const bool direct = given.has("to");
  if (direct ? given.has("once") || given.has("check") : given.has("from") || given.has("host"))
    return base::fail(base::Exit::usage, "--to goes with --from and --host, and they with it");
  if (direct) {
    TRY_ASSIGN(const auto config, serve::runner_options(given));
    return send_now(given, config);
  }
  TRY_ASSIGN(auto setting, read_setting(given));
  const std::string directory = setting.config.delivery.spool;
  if (given.has("check")) {
    TRY(spool::Queue(directory).scan());
    return 0;
  }
  TRY_ASSIGN(const auto lock, fs::try_lock(directory + "/lock", "another runner works on this spool"));
  if (given.has("once")) {
    TRY(serve::run_queue(std::move(setting)));
  } else {
    TRY(serve::run_queue_for_ever(std::move(setting), reload));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  const auto reload = [&]() -> base::Result<serve::Setting> {
    TRY_ASSIGN(const auto given, proc::parse(usage, arguments));
    return read_setting(given);
  };
  return proc::run(argc, argv, usage, [&](const proc::Options& given) { return work(given, reload); });
}
