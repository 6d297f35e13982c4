#include "serve/filter_helper.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "fs/stream.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

constexpr int rejected = 77;

base::Result<void> rewind(int file, std::string_view what) {
  if (lseek(file, 0, SEEK_SET) != 0) return base::system_error(what);
  return {};
}

base::Result<void> copy(int from, int to) {
  TRY(rewind(from, "a message for a filter"));
  TRY(fs::each_chunk(from, "a message for a filter",
                     [&](std::string_view chunk) { return fs::write_all(to, chunk); }));
  return rewind(to, "a message for a filter");
}

/// A program may be satisfied with itself though there was no room for all that it had to write: every
/// message has an end, and none is as large as what a filter may write.
base::Result<void> check_whole(const std::string& program, int file, std::uint64_t most) {
  struct stat status = {};
  if (fstat(file, &status) != 0) return base::system_error("a filter's output");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size >= most) return base::fail(base::Exit::temporary, program + " wanted to write more than it may");
  TRY_ASSIGN(const auto last, fs::read_up_to(file, size == 0 ? 0 : status.st_size - 1, 1));
  if (last == "\n") return {};
  return base::fail(base::Exit::temporary, "what " + program + " has written has no line end at its end");
}

std::vector<std::pair<std::string, std::string>> variables(const FilterEnvelope& envelope) {
  std::string recipients;
  for (const auto& recipient : envelope.recipients) recipients += recipient + "\n";
  return {{"SENDER", envelope.sender},     {"RECIPIENT", recipients}, {"TCPREMOTEIP", envelope.address},
          {"AUTH_USER", envelope.user},    {"HELO", envelope.helo},   {"QUEUE_ID", envelope.id},
          {"TCPREMOTEHOST", envelope.host}};
}

/// One filter; what it writes replaces the message.
base::Result<FilterVerdict> run_one(const std::vector<std::string>& command, const FilterRules& rules,
                                    const FilterEnvelope& envelope, fs::Fd& message) {
  TRY_ASSIGN(auto output, fs::temporary_file());
  TRY_ASSIGN(const auto errors, fs::temporary_file());
  const proc::Child child = {
      command, {{message.get(), 0}, {output.get(), 1}, {errors.get(), 2}}, variables(envelope), true};
  TRY_ASSIGN(const pid_t pid, proc::start(child));
  TRY_ASSIGN(const int status, proc::wait_for_group(pid, rules.seconds));
  const auto said = fs::read_up_to(errors.get(), 0, filter_reason_limit);
  const auto text = said ? to_reason(*said) : std::string();
  if (status != 0)
    proc::log(envelope.id, "filter",
              {{"program", command[0]}, {"status", std::to_string(status)}, {"text", text}});
  if (status == rejected) return FilterVerdict{FilterVerdict::Kind::reject, text};
  if (status != 0) return FilterVerdict{FilterVerdict::Kind::defer, text};
  TRY(check_whole(command[0], output.get(), rules.most));
  TRY(rewind(output.get(), "a filter's output"));
  message = std::move(output);
  return FilterVerdict{FilterVerdict::Kind::pass, ""};
}

base::Result<FilterVerdict> run_all(const FilterRules& rules, std::string_view request, int before,
                                    int after) {
  TRY_ASSIGN(const auto envelope, parse_request(request));
  TRY_ASSIGN(auto message, fs::temporary_file());
  TRY(copy(before, message.get()));
  for (const auto& command : rules.commands) {
    TRY_ASSIGN(auto verdict, run_one(command, rules, envelope, message));
    if (verdict.kind != FilterVerdict::Kind::pass) return verdict;
  }
  if (ftruncate(after, 0) != 0) return base::system_error("a filtered message");
  TRY(rewind(after, "a filtered message"));
  TRY(copy(message.get(), after));
  return FilterVerdict{FilterVerdict::Kind::pass, ""};
}

}  // namespace

void help_with_filters(const FilterRules& rules, int talker, int before, int after) {
  // A program that writes without end is stopped by the kernel.
  const rlimit most = {rules.most, rules.most};
  (void)setrlimit(RLIMIT_FSIZE, &most);
  std::string request(filter_request_limit, '\0');
  while (true) {
    const ssize_t got = recv(talker, request.data(), request.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    const auto verdict =
        run_all(rules, std::string_view(request).substr(0, static_cast<std::size_t>(got)), before, after);
    if (!verdict) proc::log("-", "filter-trouble", {{"reason", verdict.error().what}});
    const auto kind = verdict ? verdict->kind : FilterVerdict::Kind::defer;
    const char letter = kind == FilterVerdict::Kind::pass     ? 'y'
                        : kind == FilterVerdict::Kind::reject ? 'n'
                                                              : 't';
    const auto answer = letter + (verdict ? verdict->text : std::string());
    if (send(talker, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
  }
}

}  // namespace serve
