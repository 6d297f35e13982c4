#include "spool/verify.hpp"

#include <zlib.h>

namespace spool {

base::Result<void> verify(const Message& message, const std::string& name) {
  const auto& envelope = message.envelope;
  const auto damage = [&](const char* what) { return base::fail(base::Exit::data, name + ": " + what); };
  if (!envelope.length) return damage("incomplete");
  uLong checksum = 0;
  const auto read = Queue::each_chunk(message, [&](std::string_view chunk) {
    checksum = crc32_z(checksum, reinterpret_cast<const Bytef*>(chunk.data()), chunk.size());
    return base::Result<void>();
  });
  if (!read && read.error().code == base::Exit::data) return damage("cut off");
  if (!read) return read.error();
  const auto mark = end_mark(*envelope.length, envelope.checksum);
  TRY_ASSIGN(const auto found,
             fs::read_up_to(message.file.get(), static_cast<off_t>(envelope.body_offset + *envelope.length),
                            mark.size()));
  if (found != mark) return damage("no end mark where the message ends");
  if (checksum != envelope.checksum) return damage("the checksum does not fit");
  return {};
}

}  // namespace spool
