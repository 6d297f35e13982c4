#include "serve/route_files.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "fs/fd.hpp"

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
  TRY_ASSIGN(auto text, fs::read_all(path, file_limit));
  struct stat info = {};
  if (secret && stat(path.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0)
    return base::fail(base::Exit::not_permitted, path + ": everybody may read it");
  return text;
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
