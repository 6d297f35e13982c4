// Looks into the spool and steers it.
#include <unistd.h>

#include <cstdlib>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "proc/confine.hpp"
#include "proc/run.hpp"
#include "serve/spool_change.hpp"
#include "serve/spool_check.hpp"
#include "serve/spool_list.hpp"
#include "serve/spool_show.hpp"
#include "serve/spool_stats.hpp"
#include "spool/in_hand.hpp"

namespace {

constexpr std::string_view keys[] = {"spool"};
constexpr proc::Usage usage = {
    "spool",
    "list | show ID | hold | release | retry | delete | stats | check [ID...] [FILTER...] [options]",
    "Look into the spool and steer it.",
    "  spool list --deferred --domain '*.example.test' --older 4h\n"
    "  spool show 6c30qmg84shle | less\n"
    "  spool hold --sender '*@list.example.test'\n"
    "  spool retry --all\n"
    "  spool stats\n"
    "  spool check && echo clean\n",
    serve::spool_options,
    keys,
    serve::spool_commands};

/// The question and the answer go by the terminal, whatever else goes through pipes.
base::Result<bool> ask(std::size_t messages) {
  const auto what = std::to_string(messages) + (messages == 1 ? " message" : " messages");
  if (isatty(0) == 0) return base::fail(base::Exit::usage, what + " would be deleted: say --yes");
  TRY(fs::write_all(2, "Delete " + what + "? [y/N] "));
  char answer = 0;
  return read(0, &answer, 1) == 1 && base::to_lower(answer) == 'y';
}

bool shows_colours() {
  const char* terminal = getenv("TERM");
  return isatty(1) == 1 && getenv("NO_COLOR") == nullptr && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

base::Result<int> look(const proc::Options& given, const serve::SpoolOrder& order) {
  proc::end_when_nobody_reads();
  auto in_hand = spool::in_hand(order.spool);
  TRY(proc::confine({proc::Role::reader, {order.spool}}));
  if (order.command == "show")
    return serve::show_message(order,
                               order.json             ? serve::Shown::json
                               : given.has("header")  ? serve::Shown::header
                               : given.has("message") ? serve::Shown::message
                                                      : serve::Shown::all,
                               isatty(1) == 1);
  if (order.command == "stats") return serve::count_spool(order, std::move(in_hand));
  const auto sort = given.get("sort");
  if (!sort.empty() && sort != "due" && sort != "arrived" && sort != "destination")
    return base::fail(base::Exit::usage, "--sort: by due, arrived or destination");
  return serve::list_spool({order, given.has("long"), given.has("mailq"), sort, isatty(1) == 1,
                            shows_colours(), std::move(in_hand)});
}

base::Result<int> work(const proc::Options& given) {
  TRY_ASSIGN(const auto order, serve::spool_order(given));
  if (order.command == "list" || order.command == "show" || order.command == "stats")
    return look(given, order);
  TRY(proc::confine({proc::Role::keeper, {}, {order.spool}}));
  if (order.command == "check") return serve::check_spool(order, given.has("repair"));
  const auto change = order.command == "hold"      ? serve::Change::hold
                      : order.command == "release" ? serve::Change::release
                      : order.command == "retry"   ? serve::Change::retry
                                                   : serve::Change::remove;
  return serve::change_spool(order, change, given.has("yes") ? nullptr : ask);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}
