// Asks the DNS: a question a line on standard input, an answer a line on standard output, validated by
// DNSSEC.
#include <algorithm>
#include <cstdint>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "fs/plain_file.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "proc/open_files.hpp"
#include "proc/run.hpp"
#include "serve/resolve_service.hpp"
#include "serve/resolver_helper.hpp"

namespace {

constexpr std::size_t anchor_file_limit = 1 << 20;
constexpr std::size_t spare_files = 32;  // the library's own, a log, a file that is read
constexpr proc::Option options[] = {
    {"channels", "", "standard input is a socket on which other programs hand over theirs"}};
constexpr std::string_view keys[] = {"resolver", "trust-anchor", "dns-timeout"};
constexpr proc::Usage usage = {"resolve",
                               "[options] < questions",
                               "Ask the DNS, many questions at once: TYPE NAME, one a line.",
                               "  echo MX example.org | resolve\n"
                               "  echo PTR 192.0.2.1 | resolve --resolver 127.0.0.1@5353 | cut -f 7-\n",
                               options,
                               keys};

/// Records one a line, as in zone files, with comments.
base::Result<std::vector<std::string>> read_anchors(const std::string& path) {
  std::vector<std::string> out;
  const auto text = fs::read_trusted(path, anchor_file_limit);
  if (!text && text.error().code == base::Exit::no_input) {
    if (!path.empty())
      proc::log("-", "warning", {{"reason", text.error().what + ": nothing will be secure"}});
    return out;
  }
  TRY(text);
  for (std::string_view rest = *text; !rest.empty();) {
    auto line = base::take_line(rest);
    line = base::trim(line.substr(0, line.find(';')));
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

base::Result<int> work(const proc::Options& given) {
  serve::ResolveLimits limits;
  TRY_ASSIGN(const auto seconds, given.number("dns-timeout", 1, 60));
  limits.milliseconds = static_cast<int>(seconds * 1000);
  TRY_ASSIGN(auto servers, serve::name_servers(given));
  TRY_ASSIGN(auto anchors, read_anchors(given.get("trust-anchor")));
  // Each channel is a descriptor; a question may have four.
  const auto files = std::max(proc::allow_files(SIZE_MAX), 2 * spare_files) - spare_files;
  limits.at_once = std::min(limits.at_once, files / 6);
  limits.channels = std::min(limits.channels, files - 4 * limits.at_once);
  TRY_ASSIGN(auto lookup, net::Lookup::create({std::move(servers), std::move(anchors), limits.at_once}));
  TRY(proc::confine({proc::Role::resolver}));
  if (given.has("channels")) return serve::resolve_channels(lookup, limits, 0);
  return serve::resolve_lines(lookup, limits, 0, 1);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}
