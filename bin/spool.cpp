// Looks into the spool: list, show, check.
#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "header/date.hpp"
#include "proc/confine.hpp"
#include "proc/run.hpp"
#include "spool/queue.hpp"

namespace {

constexpr std::string_view keys[] = {"spool"};
constexpr proc::Option options[] = {{"repair", "", "check moves what is damaged to damaged/ in the spool"}};
constexpr proc::Usage usage = {
    "spool",
    "list | show ID | check [--repair]",
    "Look into the spool.",
    "  spool list\n  spool show 6c30qmg84shle | less\n  spool check && echo clean\n",
    options,
    keys};

base::Result<int> list(const spool::Queue& queue) {
  TRY_ASSIGN(const auto entries, queue.scan());
  for (const auto& entry : entries) {
    TRY(fs::write_all(1, entry.id + "  " + header::format_date(entry.due) + "  " + entry.destination + "\n"));
  }
  return 0;
}

base::Result<int> show(const spool::Queue& queue, const std::string& id) {
  TRY_ASSIGN(const auto entries, queue.scan());
  for (const auto& entry : entries) {
    if (entry.id != id) continue;
    TRY_ASSIGN(const auto text, fs::read_all(queue.path(entry), std::size_t{1} << 40));
    TRY(fs::write_all(1, text));
    return 0;
  }
  return base::fail(base::Exit::no_input, "no message " + base::printable(id, 40) + " in the spool");
}

/// Says every message that is incomplete or damaged, and only then, to mend it, puts it aside.
base::Result<int> check(const spool::Queue& queue, bool repair) {
  TRY_ASSIGN(const auto entries, queue.scan());
  std::size_t wrong = 0;
  std::size_t moved = 0;
  for (const auto& entry : entries) {
    const auto message = queue.open(entry);
    if (message || message.error().code == base::Exit::no_input) continue;
    ++wrong;
    TRY(fs::write_all(1, message.error().what + "\n"));
    if (!repair) continue;
    const auto gone = queue.quarantine(entry);
    if (!gone) TRY(fs::write_all(1, gone.error().what + "\n"));
    moved += gone && *gone ? 1 : 0;
  }
  const auto found =
      std::to_string(entries.size()) + " messages, " + std::to_string(wrong) + " damaged or incomplete";
  TRY(fs::write_all(1, found + (repair ? ", " + std::to_string(moved) + " moved to damaged/" : "") + "\n"));
  return wrong == moved ? 0 : static_cast<int>(base::Exit::data);
}

base::Result<int> work(const proc::Options& given) {
  const auto spool = given.get("spool");
  const spool::Queue queue(spool);
  const auto& words = given.arguments;
  if (given.has("repair") && (words.size() != 1 || words[0] != "check"))
    return base::fail(base::Exit::usage, "--repair goes with check");
  const bool checks = words.size() == 1 && words[0] == "check";
  // Strangers have written what it reads. Messages are opened to be locked, too.
  TRY(proc::confine(checks ? proc::Confinement{proc::Role::keeper, {}, {spool}}
                           : proc::Confinement{proc::Role::reader, {spool}}));
  if (checks) return check(queue, given.has("repair"));
  if (words.size() == 1 && words[0] == "list") return list(queue);
  if (words.size() == 2 && words[0] == "show") return show(queue, words[1]);
  return base::fail(base::Exit::usage, "list, show ID or check is expected");
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}
