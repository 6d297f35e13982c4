#include "serve/mta_sts_service.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"

namespace serve {

namespace {

constexpr std::size_t channels_limit = 200;
const std::vector<std::string> library_files = {
    "/etc/resolv.conf", "/etc/hosts",   "/etc/nsswitch.conf",
    "/etc/gai.conf",    "/lib",         "/lib64",
    "/usr/lib",         "/etc/ssl",     "/usr/share/ca-certificates",
    "/etc/ld.so.cache", "/dev/urandom", "/etc/host.conf"};

std::string name_of_trouble(base::Exit code) {
  return code == base::Exit::data            ? "sts-policy-invalid"
         : code == base::Exit::not_permitted ? "sts-webpki-invalid"
                                             : "sts-policy-fetch-error";
}

/// A packet of one digit pair, the exit code, and the text or the reason.
void fetch_for(int socket, const net::StsFetchTerms& terms) {
  while (true) {
    const auto packet = fs::receive_packet(socket);
    if (!packet || !*packet) return;
    const auto question = net::parse_sts_question((*packet)->text);
    const auto text = question ? net::fetch_sts_policy(question->domain, question->addresses, terms)
                               : base::Result<std::string>(question.error());
    const auto code = std::to_string(static_cast<int>(text ? base::Exit::ok : text.error().code));
    const auto cut = (text ? *text : text.error().what).substr(0, fs::packet_limit - 3);
    if (!fs::send_packet(socket, std::string(2 - code.size(), '0') + code + cut)) return;
  }
}

struct Fetcher {
  fs::Fd socket;
  base::Result<std::string> ask(const net::StsQuestion& question) {
    auto line = net::to_line(question);
    line.pop_back();
    TRY(fs::send_packet(socket.get(), line));
    TRY_ASSIGN(const auto packet, fs::receive_packet(socket.get()));
    const auto code = packet ? base::parse_number(packet->text.substr(0, 2), 78) : std::nullopt;
    if (!code) return base::fail(base::Exit::temporary, "the process that fetches has died");
    if (*code != 0) return base::fail(static_cast<base::Exit>(*code), packet->text.substr(2));
    return packet->text.substr(2);
  }
};

}  // namespace

StsService::Fetch fetch_apart(const net::StsFetchTerms& terms) {
  auto sockets = fs::packet_sockets();
  const pid_t pid = sockets ? fork() : -1;
  if (pid < 0)
    return [](const net::StsQuestion&) -> base::Result<std::string> {
      return base::fail(base::Exit::temporary, "no process to fetch with");
    };
  if (pid == 0) {
    proc::keep_only({sockets->second.get()});
    auto files = library_files;
    if (!terms.authorities.empty()) files.push_back(terms.authorities);
    if (proc::confine({proc::Role::resolver, files})) fetch_for(sockets->second.get(), terms);
    _exit(0);
  }
  auto fetcher = std::make_shared<Fetcher>(Fetcher{std::move(sockets->first)});
  return [fetcher](const net::StsQuestion& question) { return fetcher->ask(question); };
}

net::StsAnswer StsService::answer(const net::StsQuestion& question, std::uint64_t now) {
  const auto record = cache_.load(question.domain);
  net::StsAnswer known;
  if (const auto policy = net::parse_sts_policy(record.text);
      policy && record.fetched <= now && now - record.fetched < policy->max_age)
    known.policy = *policy;
  if (question.id.empty()) return known;
  if (known.policy && record.id == question.id && now - record.fetched < sts_refresh) return known;
  if (record.tried_id == question.id && record.tried <= now && now - record.tried < sts_patience) {
    known.trouble = record.trouble;
    return known;
  }
  return fetch(question, record, known, now);
}

net::StsAnswer StsService::fetch(const net::StsQuestion& question, StsRecord record, net::StsAnswer known,
                                 std::uint64_t now) {
  auto text = fetch_(question);
  const auto policy = text ? net::parse_sts_policy(*text) : base::Result<net::StsPolicy>(text.error());
  if (policy) {
    known = {*policy, ""};
    record = {question.id, now, "", 0, "", std::move(*text)};
  } else {
    known.trouble = name_of_trouble(policy.error().code);
    record.tried_id = question.id;
    record.tried = now;
    record.trouble = known.trouble;
    proc::log("-", "mta-sts-trouble", {{"domain", question.domain}, {"reason", policy.error().what}});
  }
  auto stored = cache_.store(question.domain, record);
  if (stored) stored = cache_.tidy(now);
  if (!stored) proc::log("-", "mta-sts-trouble", {{"reason", stored.error().what}});
  return known;
}

base::Result<int> StsService::answer_lines(int in, int out) {
  std::string input;
  bool wrong = false;
  while (true) {
    const auto end = input.find('\n');
    if (end == std::string::npos) {
      if (input.size() > net::sts_question_limit) return base::fail(base::Exit::data, "a line without end");
      char buffer[4096];
      const auto got = read(in, buffer, sizeof buffer);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return base::system_error("questions");
      if (got == 0 && input.empty()) return wrong ? static_cast<int>(base::Exit::data) : 0;
      if (got == 0) input += '\n';
      input.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      continue;
    }
    const auto line = input.substr(0, end);
    input.erase(0, end + 1);
    if (base::trim(line).empty()) continue;
    const auto question = net::parse_sts_question(line);
    if (!question) proc::complain("mta-sts: " + question.error().what + "\n");
    wrong = wrong || !question;
    if (question) TRY(fs::write_all(out, net::to_line(question->domain, answer(*question, now_seconds()))));
  }
}

base::Result<void> confine_to_cache(const std::string& directory) {
  return proc::confine({proc::Role::keeper, {}, {directory}});
}

base::Result<int> serve_sts_channels(const std::string& directory, const net::StsFetchTerms& terms,
                                     int control) {
  std::signal(SIGPIPE, SIG_IGN);
  std::size_t running = 0;
  while (true) {
    const auto packet = fs::receive_packet(control);
    if (!packet || !*packet) return 0;
    while (running > 0 && waitpid(-1, nullptr, running < channels_limit ? WNOHANG : 0) > 0) --running;
    if (!(*packet)->descriptor) continue;
    const pid_t pid = fork();
    if (pid > 0) ++running;
    if (pid != 0) continue;
    const int channel = (*packet)->descriptor.get();
    proc::keep_only({channel});
    StsService service(StsCache(directory), fetch_apart(terms));
    if (confine_to_cache(directory)) (void)service.answer_lines(channel, channel);
    _exit(0);
  }
}

}  // namespace serve
