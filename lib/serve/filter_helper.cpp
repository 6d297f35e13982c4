#include "serve/filter_helper.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/ascii.hpp"
#include "fs/stream.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

constexpr int rejected = 77;
constexpr std::size_t reason_limit = 400;  // octets of a reply line's 512

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

/// The first line, fit for a reply.
std::string first_line(int file) {
  const auto text = fs::read_up_to(file, 0, reason_limit);
  if (!text) return {};
  auto line = std::string(base::trim(std::string_view(*text).substr(0, text->find('\n'))));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return base::is_control(c) || base::is_8bit(c); }, '?');
  return line;
}

std::string all_of(const std::vector<std::string>& recipients) {
  std::string out;
  for (const auto& recipient : recipients) out += recipient + "\n";
  return out;
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
  return {{"SENDER", envelope.sender},       {"RECIPIENT", all_of(envelope.recipients)},
          {"TCPREMOTEIP", envelope.address}, {"AUTH_USER", envelope.user},
          {"HELO", envelope.helo},           {"QUEUE_ID", envelope.id}};
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
  const auto text = first_line(errors.get());
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

base::Result<std::string> to_request(const FilterEnvelope& envelope) {
  std::vector<std::string> lines = {envelope.sender, envelope.address, envelope.user, envelope.helo,
                                    envelope.id};
  lines.insert(lines.end(), envelope.recipients.begin(), envelope.recipients.end());
  for (const auto& line : lines) {
    if (line.find_first_of(std::string_view("\n\0", 2)) != std::string::npos)
      return base::fail(base::Exit::data, "an envelope that no filter can be told of");
  }
  auto out = all_of(lines);
  if (out.size() <= filter_request_limit) return out;
  return base::fail(base::Exit::data, "more recipients than a filter can be told of");
}

base::Result<FilterEnvelope> parse_request(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos || text.find('\0') != std::string_view::npos)
      return base::fail(base::Exit::protocol, "filters: a request that is none");
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (lines.size() < 6) return base::fail(base::Exit::protocol, "filters: a request that is not whole");
  return FilterEnvelope{lines[0], {lines.begin() + 5, lines.end()}, lines[1], lines[2], lines[3], lines[4]};
}

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
