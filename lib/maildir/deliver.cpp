#include "maildir/deliver.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/line_ends.hpp"
#include "fs/writeback.hpp"

namespace maildir {

std::string unique_name(std::uint64_t microseconds, int pid, unsigned count, std::uint64_t random,
                        std::string_view host) {
  const auto fraction = std::to_string(microseconds % 1'000'000);
  std::string out = std::to_string(microseconds / 1'000'000) + ".M" + std::string(6 - fraction.size(), '0') +
                    fraction + "P" + std::to_string(pid) + "Q" + std::to_string(count) + "R" +
                    std::to_string(random) + ".";
  for (const char c : host) out += c == '/' || c == ':' ? '_' : c;
  return out;
}

namespace {

/// False: it was there.
base::Result<bool> make_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return true;
  if (errno != EEXIST) return base::system_error(path);
  return false;
}

}  // namespace

base::Result<void> complete(const std::string& path) {
  bool made = false;
  for (const char* part : {"/cur", "/new", "/tmp"}) {
    TRY_ASSIGN(const bool here, make_directory(path + part));
    made = made || here;
  }
  if (made) TRY(fs::sync_dir(path));
  return {};
}

base::Result<void> make(const std::string& path) {
  TRY_ASSIGN(const bool made, make_directory(path));
  TRY(complete(path));
  if (!made) return {};
  const auto slash = path.rfind('/');
  return fs::sync_dir(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

base::Result<Delivery> Delivery::create(const std::string& maildir, const std::string& name) {
  auto out = begin(maildir, name);
  if (out || out.error().code != base::Exit::no_input) return out;
  TRY(make(maildir));
  return begin(maildir, name);
}

base::Result<Delivery> Delivery::begin(const std::string& folder, const std::string& name) {
  Delivery out;
  TRY_ASSIGN(out.file_, fs::open(folder + "/tmp/" + name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  out.maildir_ = folder;
  out.name_ = name;
  return out;
}

Delivery::~Delivery() {
  if (file_ && !name_.empty()) unlink((maildir_ + "/tmp/" + name_).c_str());
}

base::Result<void> Delivery::write(std::string_view bytes) {
  if (bytes.empty()) return {};
  bare_ += base::count_bare(bytes, last_);
  last_ = bytes.back();
  size_ += bytes.size();
  return fs::write_all(file_.get(), bytes);
}

std::string Delivery::final_name() const {
  return name_ + ",S=" + std::to_string(size_) + ",W=" + std::to_string(wire_size());
}

base::Result<void> Delivery::begin_finish() {
  return fs::begin_writeback(file_.get(), path());
}

base::Result<void> Delivery::finish() {
  return fs::sync(file_.get(), path());
}

base::Result<std::string> Delivery::place() {
  std::string placed = maildir_ + "/new/" + final_name();
  if (std::rename(path().c_str(), placed.c_str()) != 0) {
    if (errno != ENOENT) return base::system_error(path());
    TRY(complete(maildir_));
    if (std::rename(path().c_str(), placed.c_str()) != 0) return base::system_error(path());
  }
  name_.clear();
  return placed;
}

base::Result<void> Delivery::commit() {
  TRY(finish());
  TRY_ASSIGN(const auto placed, place());
  auto synced = fs::sync_dir(maildir_ + "/new");
  // Who hears of the error delivers it again.
  if (!synced) unlink(placed.c_str());
  return synced;
}

}  // namespace maildir
