#include "temporary.hpp"

#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "maildir/deliver.hpp"

Temporary::Temporary() {
  if (mkdtemp(path_.data()) == nullptr || !maildir::make(box())) std::abort();
}

Temporary::~Temporary() {
  std::filesystem::remove_all(path_);
}

void Temporary::put(const std::string& name, const std::string& text) const {
  std::ofstream(box() + "/" + name) << text;
}

bool Temporary::has(const std::string& name) const {
  return std::filesystem::exists(box() + "/" + name);
}

std::size_t Temporary::count(const std::string& directory) const {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(box() + "/" + directory), {}));
}

FullDisk::FullDisk(std::uintmax_t size) : handler_(signal(SIGXFSZ, SIG_IGN)) {
  getrlimit(RLIMIT_FSIZE, &before_);
  const rlimit limit = {size, before_.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
}

FullDisk::~FullDisk() {
  setrlimit(RLIMIT_FSIZE, &before_);
  signal(SIGXFSZ, handler_);
}
