// A Maildir of its own for one test, gone afterwards.
#pragma once

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "maildir/deliver.hpp"

class Temporary {
 public:
  Temporary() {
    if (mkdtemp(path_.data()) == nullptr || !maildir::make(box())) std::abort();
  }
  ~Temporary() { std::filesystem::remove_all(path_); }
  std::string box() const { return path_ + "/Maildir"; }
  void put(const std::string& name, const std::string& text = "Subject: x\n\nx\n") const {
    std::ofstream(box() + "/" + name) << text;
  }
  bool has(const std::string& name) const { return std::filesystem::exists(box() + "/" + name); }
  std::size_t count(const std::string& directory) const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(box() + "/" + directory), {}));
  }

 private:
  std::string path_ = "/tmp/tubepost-test.XXXXXX";
};

/// While it lives, no file grows beyond `size`: a write fails in the middle, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t size) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {size, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_ = {};
  void (*handler_)(int);
};
