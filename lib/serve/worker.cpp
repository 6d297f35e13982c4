#include "serve/worker.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "proc/orphan.hpp"

namespace serve {

namespace {

constexpr std::size_t most_entries = 1000;

// How a batch is to be done.
constexpr char whole_mark = 'w';
constexpr char alone_mark = 'a';
constexpr char brief_mark = 'b';

std::optional<std::vector<std::string>> receive_fields(int socket) {
  const auto packet = fs::receive_packet(socket);
  if (!packet || !*packet) return std::nullopt;
  return fs::split_fields((*packet)->text);
}

// Names begin with a digit; lines, and the name of a message that goes on in those behind it, have a mark.
constexpr char left_mark = '>';
constexpr char line_mark = '<';
constexpr char failed_mark = '!';
constexpr char damaged_mark = '?';

void add_lanes(std::vector<std::string>& fields, const Lanes& lanes) {
  for (const auto& lane : lanes) fields.push_back(line_mark + lane);
}

void add_names(std::vector<std::string>& fields, const std::vector<spool::Entry>& entries,
               const std::string& mark = "") {
  for (const auto& entry : entries) fields.push_back(mark + spool::file_name(entry));
}

base::Result<void> send_fields(int socket, const std::vector<std::string>& fields) {
  return fs::send_packet(socket, fs::join_fields({fields.begin(), fields.end()}));
}

std::vector<std::string> fields_of(const BatchReport& report) {
  std::vector<std::string> out = {std::to_string(report.begun),
                                  std::to_string(static_cast<int>(report.fortune))};
  add_names(out, report.deferred);
  for (const auto& [entry, lanes] : report.left) {
    add_names(out, {entry}, {left_mark});
    add_lanes(out, lanes);
  }
  add_names(out, report.failed, {failed_mark});
  add_names(out, report.damaged, {damaged_mark});
  return out;
}

std::vector<spool::Entry> marked(const std::vector<std::string>& fields, char mark) {
  std::vector<spool::Entry> out;
  for (const auto& field : fields) {
    if (!field.starts_with(mark)) continue;
    if (auto entry = spool::parse_file_name(std::string_view(field).substr(1)))
      out.push_back(std::move(*entry));
  }
  return out;
}

std::vector<std::pair<spool::Entry, Lanes>> left_of(const std::vector<std::string>& fields) {
  std::vector<std::pair<spool::Entry, Lanes>> out;
  for (const auto& field : fields) {
    if (!out.empty() && field.starts_with(line_mark)) out.back().second.push_back(field.substr(1));
    if (!field.starts_with(left_mark)) continue;
    if (auto entry = spool::parse_file_name(std::string_view(field).substr(1))) out.push_back({*entry, {}});
  }
  return out;
}

std::vector<spool::Entry> entries_of(const std::vector<std::string>& fields, std::size_t from) {
  std::vector<spool::Entry> out;
  for (std::size_t i = from; i < fields.size(); ++i) {
    if (auto entry = spool::parse_file_name(fields[i])) out.push_back(std::move(*entry));
  }
  return out;
}

Lanes lanes_of(const std::vector<std::string>& fields, std::size_t from) {
  Lanes out;
  for (std::size_t i = from; i < fields.size(); ++i) {
    if (fields[i].starts_with(line_mark)) out.push_back(fields[i].substr(1));
  }
  return out;
}

std::optional<Batch> receive_batch(int socket) {
  const auto fields = receive_fields(socket);
  if (!fields || fields->size() < 2) return std::nullopt;
  const auto& how = (*fields)[1];
  const auto is = [&](char mark) { return how.find(mark) != std::string::npos; };
  return Batch{(*fields)[0],   entries_of(*fields, 2), is(whole_mark),
               is(brief_mark), is(alone_mark),         lanes_of(*fields, 2)};
}

/// False: nothing came in time.
bool wait_for_batch(int socket, int milliseconds) {
  pollfd waiting = {socket, POLLIN, 0};
  return poll(&waiting, 1, milliseconds) != 0;
}

/// An exception ends the process: unwinding would run the parent's work twice.
void serve_batches(int socket, const Worker::Work& work) noexcept {
  while (true) {
    if (!wait_for_batch(socket, work.patience)) work.rest();
    const auto batch = receive_batch(socket);
    if (!batch || told_to_end()) break;
    const auto report = work.deliver(*batch);
    // What it has not begun is another's.
    if (told_to_end()) break;
    if (!send_fields(socket, fields_of(report))) break;
  }
  work.rest();
}

}  // namespace

bool told_to_end() {
  sigset_t waiting;
  return sigpending(&waiting) == 0 &&
         (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

base::Result<Worker> Worker::start(const std::function<void()>& prepare, const Work& work) {
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  const pid_t starter = getpid();
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid > 0) return Worker(pid, std::move(sockets.first));
  proc::end_with(starter);
  sockets.first.reset();
  prepare();
  serve_batches(sockets.second.get(), work);
  _exit(0);
}

base::Result<void> Worker::give(const Batch& batch) const {
  std::string how;
  if (batch.whole) how += whole_mark;
  if (batch.brief) how += brief_mark;
  if (batch.alone) how += alone_mark;
  auto fields = std::vector<std::string>{batch.line, how};
  add_lanes(fields, batch.behind);
  add_names(fields, batch.entries);
  return send_fields(socket_.get(), fields);
}

std::optional<BatchReport> Worker::report() const {
  const auto fields = receive_fields(socket_.get());
  if (!fields || fields->size() < 2) return std::nullopt;
  const auto begun = base::parse_number((*fields)[0], most_entries);
  const auto fortune = base::parse_number((*fields)[1], static_cast<int>(Fortune::trouble));
  if (!begun || !fortune) return std::nullopt;
  return BatchReport{
      *begun,           marked(*fields, failed_mark), static_cast<Fortune>(*fortune), entries_of(*fields, 2),
      left_of(*fields), marked(*fields, damaged_mark)};
}

}  // namespace serve
