#include "serve/filter_helper.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
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

/// One filter; what it writes replaces the message.
base::Result<FilterVerdict> run_one(const std::vector<std::string>& command, unsigned seconds,
                                    const FilterEnvelope& envelope, fs::Fd& message) {
  TRY_ASSIGN(auto output, fs::temporary_file());
  TRY_ASSIGN(const auto errors, fs::temporary_file());
  const proc::Child child = {command,
                             {{message.get(), 0}, {output.get(), 1}, {errors.get(), 2}},
                             {{"SENDER", envelope.sender},
                              {"RECIPIENT", all_of(envelope.recipients)},
                              {"TCPREMOTEIP", envelope.address},
                              {"TCPREMOTEHOST", envelope.host},
                              {"AUTH_USER", envelope.user}}};
  TRY_ASSIGN(const pid_t pid, proc::start(child));
  TRY_ASSIGN(const int status, proc::wait(pid, seconds));
  const auto text = first_line(errors.get());
  if (status != 0)
    proc::log("-", "filter", {{"program", command[0]}, {"status", std::to_string(status)}, {"text", text}});
  if (status == rejected) return FilterVerdict{FilterVerdict::Kind::reject, text};
  if (status != 0) return FilterVerdict{FilterVerdict::Kind::defer, text};
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
    TRY_ASSIGN(auto verdict, run_one(command, rules.seconds, envelope, message));
    if (verdict.kind != FilterVerdict::Kind::pass) return verdict;
  }
  if (ftruncate(after, 0) != 0) return base::system_error("a filtered message");
  TRY(rewind(after, "a filtered message"));
  TRY(copy(message.get(), after));
  return FilterVerdict{FilterVerdict::Kind::pass, ""};
}

}  // namespace

std::string to_request(const FilterEnvelope& envelope) {
  return envelope.sender + "\n" + envelope.address + "\n" + envelope.user + "\n" + envelope.host + "\n" +
         all_of(envelope.recipients);
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
  if (lines.size() < 5) return base::fail(base::Exit::protocol, "filters: a request that is not whole");
  return FilterEnvelope{lines[0], {lines.begin() + 4, lines.end()}, lines[1], lines[2], lines[3]};
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
