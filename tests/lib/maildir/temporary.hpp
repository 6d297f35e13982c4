// A Maildir of its own for one test, gone afterwards.
#pragma once

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "maildir/deliver.hpp"

class Temporary {
 public:
  Temporary();
  ~Temporary();
  std::string box() const { return path_ + "/Maildir"; }
  void put(const std::string& name, const std::string& text = "Subject: x\n\nx\n") const;
  bool has(const std::string& name) const;
  std::size_t count(const std::string& directory) const;

 private:
  std::string path_ = "/tmp/tubepost-test.XXXXXX";
};

/// While it lives, no file grows beyond `size`: a write fails in the middle, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t size);
  ~FullDisk();
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_ = {};
  void (*handler_)(int);
};
