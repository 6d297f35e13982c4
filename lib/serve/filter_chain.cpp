#include "serve/filter_chain.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "fs/stream.hpp"
#include "proc/become.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"
#include "serve/filter_helper.hpp"

namespace serve {

namespace {

constexpr std::uint64_t may_add = 1 << 20;  // octets, to the largest message there is

bool may_be_started(const std::string& program) {
  struct stat status = {};
  if (stat(program.c_str(), &status) != 0) return false;
  if (!S_ISREG(status.st_mode)) errno = EACCES;
  return S_ISREG(status.st_mode) && access(program.c_str(), X_OK) == 0;
}

/// The connection is the talker's alone.
base::Result<void> become_helper(std::vector<int> kept) {
  TRY(proc::leave_connection(std::move(kept)));
  return proc::become_caller();
}

}  // namespace

base::Result<FilterRules> FilterRules::load(const proc::Options& given) {
  FilterRules out;
  const auto lines = given.all("filter");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto wrong = [&](const std::string& what) {
      return given.wrong("filter", what, base::Exit::usage, i);
    };
    auto words = base::words(lines[i]);
    if (words.empty() || !words[0].starts_with('/')) return wrong("a program with its whole path expected");
    if (!may_be_started(words[0])) return wrong(base::system_error(words[0]).what);
    out.commands.push_back(std::move(words));
  }
  TRY_ASSIGN(const auto seconds, given.number("filter-timeout", 1, 3600));
  out.seconds = static_cast<unsigned>(seconds);
  TRY_ASSIGN(const auto largest, given.number("max-size", 1024, std::uint64_t{1} << 40));
  out.most = largest + may_add;
  return out;
}

base::Result<FilterChain> FilterChain::start(const FilterRules& rules) {
  FilterChain out;
  TRY_ASSIGN(out.before_, fs::temporary_file());
  TRY_ASSIGN(out.after_, fs::temporary_file());
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  out.helper_ = std::move(sockets.first);
  const fs::Fd theirs = std::move(sockets.second);
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork for filters");
  if (pid > 0) return out;
  if (const auto left = become_helper({theirs.get(), out.before_.get(), out.after_.get()}); !left) {
    proc::log("-", "filter-trouble", {{"reason", left.error().what}});
    _exit(static_cast<int>(base::Exit::os));
  }
  help_with_filters(rules, theirs.get(), out.before_.get(), out.after_.get());
  _exit(0);
}

base::Result<void> FilterChain::begin() {
  if (ftruncate(before_.get(), 0) != 0 || lseek(before_.get(), 0, SEEK_SET) != 0)
    return base::system_error("a message for a filter");
  line_open_ = true;
  return {};
}

base::Result<void> FilterChain::write(std::string_view text) {
  if (!text.empty()) line_open_ = text.back() != '\n';
  return fs::write_all(before_.get(), text);
}

base::Result<FilterVerdict> FilterChain::run(const FilterEnvelope& envelope) {
  TRY_ASSIGN(const auto request, to_request(envelope));
  if (line_open_) TRY(write("\n"));
  if (send(helper_.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
    return base::system_error("ask the filters");
  std::string answer(1024, '\0');
  ssize_t got = 0;
  do {
    got = recv(helper_.get(), answer.data(), answer.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return base::fail(base::Exit::os, "the filters' helper has ended");
  const auto kind = answer[0] == 'y'   ? FilterVerdict::Kind::pass
                    : answer[0] == 'n' ? FilterVerdict::Kind::reject
                                       : FilterVerdict::Kind::defer;
  return FilterVerdict{kind, answer.substr(1, static_cast<std::size_t>(got) - 1)};
}

base::Result<void> FilterChain::each_chunk(
    std::size_t longest, const std::function<base::Result<void>(std::string_view)>& sink) const {
  if (lseek(after_.get(), 0, SEEK_SET) != 0) return base::system_error("a filtered message");
  FilteredText text(longest);
  TRY(fs::each_chunk(after_.get(), "a filtered message", [&](std::string_view chunk) -> base::Result<void> {
    TRY_ASSIGN(const auto lines, text.update(chunk));
    return sink(lines);
  }));
  return text.finish();
}

}  // namespace serve
