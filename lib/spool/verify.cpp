#include "spool/verify.hpp"

#include <zlib.h>

#include <algorithm>

namespace spool {

namespace {

base::Error damage_in(const std::string& name, const char* what) {
  return base::fail(base::Exit::data, name + ": " + what);
}

uLong add(uLong checksum, std::string_view octets) {
  return crc32_z(checksum, reinterpret_cast<const Bytef*>(octets.data()), octets.size());
}

base::Result<void> compare(const Envelope& envelope, std::string_view mark, uLong checksum,
                           const std::string& name) {
  if (mark != end_mark(*envelope.length, envelope.checksum))
    return damage_in(name, "no end mark where the message ends");
  if (checksum != envelope.checksum) return damage_in(name, "the checksum does not fit");
  return {};
}

}  // namespace

base::Result<void> verify(const Envelope& envelope, std::string_view file, const std::string& name) {
  if (!envelope.length) return damage_in(name, "incomplete");
  auto rest = file.substr(std::min<std::size_t>(envelope.body_offset, file.size()));
  if (rest.size() < *envelope.length) return damage_in(name, "cut off");
  const auto text = rest.substr(0, static_cast<std::size_t>(*envelope.length));
  rest.remove_prefix(text.size());
  const auto mark = rest.substr(0, end_mark(*envelope.length, envelope.checksum).size());
  return compare(envelope, mark, add(0, text), name);
}

base::Result<void> verify(const Message& message, const std::string& name) {
  const auto& envelope = message.envelope;
  if (!envelope.length) return damage_in(name, "incomplete");
  uLong checksum = 0;
  const auto read = Queue::each_chunk(message, [&](std::string_view chunk) {
    checksum = add(checksum, chunk);
    return base::Result<void>();
  });
  if (!read && read.error().code == base::Exit::data) return damage_in(name, "cut off");
  if (!read) return read.error();
  const auto mark = end_mark(*envelope.length, envelope.checksum);
  TRY_ASSIGN(const auto found,
             fs::read_up_to(message.file.get(), static_cast<off_t>(envelope.body_offset + *envelope.length),
                            mark.size()));
  return compare(envelope, found, checksum, name);
}

}  // namespace spool
