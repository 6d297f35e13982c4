#include "serve/reply_record.hpp"

#include "fs/lock.hpp"
#include "fs/replace_file.hpp"

namespace serve {

namespace {

constexpr int patience = 30;  // seconds

}  // namespace

base::Result<ReplyRecord> ReplyRecord::open(const std::string& path) {
  TRY_ASSIGN(auto lock, fs::wait_for_lock(path + ".lock", patience, path + ": another process has it"));
  const auto text = fs::read_all(path, ReplyMemory::size_limit);
  if (!text && text.error().code != base::Exit::no_input) return text.error();
  return ReplyRecord(path, std::move(lock), text ? ReplyMemory::parse(*text) : ReplyMemory());
}

base::Result<void> ReplyRecord::send_once(std::string_view who, std::uint64_t now, std::uint64_t interval,
                                          const std::function<base::Result<void>()>& send) {
  const auto before = memory_;
  memory_.add(who, now, interval);
  TRY(save());
  const auto sent = send();
  if (sent) return {};
  memory_ = before;
  TRY(save());
  return sent;
}

base::Result<void> ReplyRecord::save() const {
  return fs::replace_file(path_ + ".new", path_, {memory_.text()}, fs::Durability::full);
}

}  // namespace serve
