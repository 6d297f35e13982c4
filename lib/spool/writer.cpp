#include "spool/writer.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "fs/random.hpp"
#include "spool/id.hpp"
#include "spool/queue.hpp"

namespace spool {

namespace {

constexpr std::size_t buffer_size = 64 * 1024;

/// Whoever looks whether a writer lives holds it for a moment, so this waits.
base::Result<void> take_lock(int file, const std::string& path) {
  int taken = 0;
  do {
    taken = flock(file, LOCK_EX);
  } while (taken != 0 && errno == EINTR);
  if (taken != 0) return base::system_error("lock " + path);
  return {};
}

}  // namespace

base::Result<Writer> Writer::create(const std::string& spool, std::uint64_t now, const std::string& sender,
                                    const std::vector<std::string>& recipients) {
  Envelope envelope;
  envelope.sender = sender;
  for (const auto& address : recipients) envelope.recipients.push_back({address});
  return create(spool, now, std::move(envelope));
}

base::Result<Writer> Writer::create(const std::string& spool, std::uint64_t now, Envelope envelope,
                                    std::uint64_t due) {
  const auto seconds = now / 1'000'000;
  if (envelope.received == 0) envelope.received = seconds;
  if (envelope.recipients.empty()) return base::fail(base::Exit::data, "no recipient");
  Writer writer;
  do {
    TRY_ASSIGN(const auto random, fs::random_number());
    writer.id_ = make_id(now, static_cast<std::uint32_t>(random));
    writer.directory_ = spool + "/queue/" + bucket(writer.id_);
    writer.name_ = file_name({due == 0 ? seconds : due, writer.id_, envelope.recipients[0].address});
    const auto path = writer.directory_ + "/" + writer.name_;
    auto file = fs::open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (!file && errno == EEXIST) continue;
    if (!file) return file.error();
    writer.path_ = path;
    writer.file_ = std::move(*file);
  } while (!writer.file_);
  // Whoever sweeps up what a crash left behind takes this lock first.
  TRY(take_lock(writer.file_.get(), writer.path_));
  envelope.id = writer.id_;
  TRY_ASSIGN(const auto head, format(envelope));
  // No reader looks further than that.
  if (head.size() > envelope_limit)
    return base::fail(base::Exit::data, "too many recipients for one message");
  TRY_ASSIGN(const auto parsed, parse(head));
  writer.length_offset_ = parsed.length_offset;
  // Only what is used of it takes memory.
  writer.buffer_.reserve(buffer_size);
  writer.buffer_ = head;
  return writer;
}

Writer::~Writer() {
  if (path_.empty() || !file_) return;
  // Emptied first: should the name stay, the runner still takes it for incomplete.
  [[maybe_unused]] const int emptied = ftruncate(file_.get(), 0);
  unlink(path_.c_str());
}

base::Result<void> Writer::flush() {
  TRY(fs::write_all(file_.get(), buffer_));
  begun_ = true;
  buffer_.clear();
  return {};
}

base::Result<void> Writer::write(std::string_view bytes) {
  checksum_ = static_cast<std::uint32_t>(
      crc32_z(checksum_, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
  length_ += bytes.size();
  buffer_ += bytes;
  if (buffer_.size() < buffer_size) return {};
  return flush();
}

base::Result<void> Writer::finish() {
  buffer_ += end_mark(length_, checksum_) + notes_;
  const auto length = format_length(length_, checksum_);
  // A short message is marked as whole in the one write that it takes: its checksum says whether all of that
  // has come to the disk.
  const bool at_once = !begun_;
  if (at_once) buffer_.replace(length_offset_, length.size(), length);
  TRY(flush());
  if (!at_once) TRY(fs::write_all_at(file_.get(), length, static_cast<off_t>(length_offset_)));
  TRY(fs::sync(file_.get(), path_));
  return fs::sync_dir(directory_);
}

base::Result<void> Writer::commit() {
  TRY(finish());
  path_.clear();
  file_.reset();
  return {};
}

void wake(const std::string& spool, std::string_view name) {
  // Without a runner nobody has the other end and the pipe cannot be opened. One write of less than PIPE_BUF
  // is whole.
  const fs::Fd pipe(open((spool + "/wake").c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  struct stat info = {};
  if (!pipe || fstat(pipe.get(), &info) != 0 || !S_ISFIFO(info.st_mode)) return;
  (void)fs::write_all(pipe.get(), std::string(name) + "\n");
}

base::Result<void> check_writable(const std::string& spool) {
  for (const char digit : std::string_view("0123456789abcdef")) {
    const std::string bucket = spool + "/queue/" + digit;
    // Only who may read a folder can have it brought to the disk.
    if (access(bucket.c_str(), R_OK | W_OK | X_OK) != 0)
      return base::fail(base::Exit::configuration, "spool: " + base::system_error(bucket).what);
  }
  return {};
}

}  // namespace spool
