#include "serve/route_files.hpp"

#include <algorithm>

#include "fs/plain_file.hpp"

namespace serve {

namespace {

constexpr std::size_t file_limit = 1 << 20;

}  // namespace

std::vector<std::string> files_of(const NextHop& hop) {
  std::vector<std::string> out;
  for (const auto* path : {&hop.login, &hop.certificate, &hop.authorities}) {
    if (!path->empty()) out.push_back(*path);
  }
  return out;
}

base::Result<std::string> RouteFiles::read(const std::string& path, bool secret) const {
  if (path.empty()) return std::string();
  if (const auto known = known_.find(path); known != known_.end()) return known->second;
  return fs::read_plain(path, file_limit, secret ? S_IROTH : 0);
}

base::Result<sasl::Login> RouteFiles::login(const std::string& path) const {
  TRY_ASSIGN(const auto text, read(path, true));
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  const auto colon = line.find(':');
  if (colon == std::string::npos || colon == 0 || line.find('\0') != std::string::npos)
    return base::fail(base::Exit::configuration, path + ": not 'user:password'");
  return sasl::Login{line.substr(0, colon), line.substr(colon + 1)};
}

}  // namespace serve
