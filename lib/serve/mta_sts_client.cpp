#include "serve/mta_sts_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "fs/packet.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

constexpr auto patience = std::chrono::seconds(30);  // more than a fetch may take

}  // namespace

base::Result<std::unique_ptr<StsClient>> StsClient::load(const proc::Options& given,
                                                         const std::optional<proc::Identity>& user) {
  TRY_ASSIGN(const bool wanted, given.yes("mta-sts"));
  if (!wanted) return std::unique_ptr<StsClient>();
  ResolverCommand command;
  command.user = user;
  command.words = {given.get("libexec") + "/mta-sts",
                   "--config",
                   "/dev/null",
                   "--channels",
                   "--mta-sts-dir",
                   given.get("mta-sts-dir"),
                   "--authorities",
                   given.get("authorities")};
  if (access(command.words[0].c_str(), X_OK) != 0)
    return base::fail(base::Exit::configuration, "libexec: " + base::system_error(command.words[0]).what);
  return std::unique_ptr<StsClient>(new StsClient(std::move(command)));
}

void StsClient::prepare() {
  if (const auto started = helper_.start(); !started)
    proc::log("-", "mta-sts-trouble", {{"reason", started.error().what}});
}

bool StsClient::open_channel() {
  if (channel_) return true;
  auto sockets = fs::stream_sockets();
  if (!sockets || !fs::send_packet(helper_.control(), "c", sockets->second.get(), false)) return false;
  channel_ = std::move(sockets->first);
  return true;
}

std::optional<std::string> StsClient::read_line() {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::string input;
  while (!input.ends_with('\n') && input.size() <= net::sts_answer_limit) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    pollfd waiting = {channel_.get(), POLLIN, 0};
    if (left <= 0 || poll(&waiting, 1, static_cast<int>(left)) == 0) return std::nullopt;
    char buffer[4096];
    const auto got = recv(channel_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return std::nullopt;
    input.append(buffer, static_cast<std::size_t>(got));
  }
  input.pop_back();
  return input;
}

net::StsAnswer StsClient::find(const net::StsQuestion& question) {
  const net::StsAnswer unknown = {std::nullopt, question.id.empty() ? "" : "sts-policy-fetch-error"};
  // What it would not understand is nobody's domain.
  auto line = net::to_line(question);
  if (!net::parse_sts_question(line.substr(0, line.size() - 1)) || !open_channel()) return unknown;
  const bool sent =
      send(channel_.get(), line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
  const auto text = sent ? read_line() : std::nullopt;
  const auto answer = text ? net::parse_sts_answer(*text, question.domain)
                           : base::Result<net::StsAnswer>(base::fail(base::Exit::temporary, "no answer"));
  if (answer) return *answer;
  // A late answer must not be taken for the next one.
  channel_.reset();
  return unknown;
}

}  // namespace serve
