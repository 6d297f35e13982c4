// The queue runner.
#include "fs/lock.hpp"
#include "proc/run.hpp"
#include "serve/account_policy.hpp"
#include "serve/runner.hpp"

namespace {

constexpr proc::Option options[] = {{"once", "", "try what is due, once, and end"},
                                    {"check", "", "say whether the configuration is good, and end"}};
constexpr std::string_view keys[] = {"hostname", "spool",         "domains",    "users", "routes",
                                     "maildir",  "local-deliver", "postmaster", "retry", "lifetime",
                                     "timeout",  "deliveries",    "smtpd-user"};
constexpr proc::Usage usage = {"smtp-send",
                               "[--once | --check]",
                               "Deliver what is due in the spool.",
                               "  smtp-send --config tubepost.conf --once\n",
                               options,
                               keys};

base::Result<int> work(const proc::Options& given) {
  serve::RunnerConfig config;
  auto& delivery = config.delivery;
  delivery.hostname = given.get("hostname");
  delivery.spool = given.get("spool");
  delivery.local = {given.get("local-deliver"), given.get("config"), delivery.hostname, given.get("maildir")};
  TRY_ASSIGN(delivery.retry, given.number("retry", 1, 86400));
  TRY_ASSIGN(delivery.lifetime, given.number("lifetime", 0, 86400 * 365));
  TRY_ASSIGN(const auto timeout, given.number("timeout", 1, 3600));
  delivery.timeout = static_cast<int>(timeout * 1000);
  TRY_ASSIGN(config.deliveries, given.number("deliveries", 1, 1000));
  TRY_ASSIGN(config.remote_user, proc::find_identity(given.get("smtpd-user")));
  TRY_ASSIGN(auto accounts, serve::AccountFiles::load(given));
  if (given.has("check")) {
    TRY(spool::Queue(delivery.spool).scan());
    return 0;
  }
  TRY_ASSIGN(const auto lock,
             fs::try_lock(config.delivery.spool + "/lock", "another runner works on this spool"));
  if (given.has("once")) {
    TRY(serve::run_queue(config, accounts));
  } else {
    TRY(serve::run_queue_for_ever(config, accounts));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}
