#include "spool/reading.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "spool/verify.hpp"

namespace spool {

namespace {

constexpr std::size_t first_look = 4096;  // bytes, in which most heads lie
constexpr std::uint64_t notes_limit = 256 * 1024;

}  // namespace

base::Result<Message> open_unchecked(const Queue& queue, const Entry& entry) {
  const auto where = queue.path(entry);
  Message message;
  // Nothing that somebody has put there in a file's place makes it wait.
  TRY_ASSIGN(message.file, fs::open(where, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  TRY_ASSIGN(auto head, fs::read_up_to(message.file.get(), 0, first_look));
  auto envelope = parse(head);
  if (!envelope && head.size() == first_look) {
    TRY_ASSIGN(head, fs::read_up_to(message.file.get(), 0, envelope_limit));
    envelope = parse(head);
  }
  if (!envelope) return base::fail(base::Exit::data, where + ": " + envelope.error().what);
  message.envelope = std::move(*envelope);
  return message;
}

base::Result<std::string> read_notes(const Message& message) {
  const auto& envelope = message.envelope;
  struct stat info = {};
  if (fstat(message.file.get(), &info) != 0) return base::system_error(envelope.id);
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (!envelope.length || *envelope.length > size) return std::string();
  const auto start =
      envelope.body_offset + *envelope.length + end_mark(*envelope.length, envelope.checksum).size();
  if (start >= size) return std::string();
  const auto from = size - std::min<std::uint64_t>(size - start, notes_limit);
  return fs::read_up_to(message.file.get(), static_cast<off_t>(from), notes_limit);
}

std::optional<base::Error> damage_of(const Message& message) {
  const auto verified = verify(message, message.envelope.id);
  if (verified) return std::nullopt;
  return verified.error();
}

}  // namespace spool
