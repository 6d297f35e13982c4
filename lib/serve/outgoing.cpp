#include "serve/outgoing.hpp"

#include "base/ascii.hpp"
#include "base/line_ends.hpp"
#include "mime/downgrade.hpp"

namespace serve {

namespace {

constexpr std::uint64_t downgrade_limit = 64 << 20;  // octets

}  // namespace

void Outgoing::count(std::string_view chunk) {
  size_ += chunk.size() + base::count_line_feeds(chunk);
  std::size_t header = 0;
  while (in_header_ && header < chunk.size()) {
    in_header_ = chunk[header] != '\n' || last_ != '\n';
    last_ = chunk[header++];
  }
  eight_bit_header_ = eight_bit_header_ || base::has_8bit(chunk.substr(0, header));
  eight_bit_body_ = eight_bit_body_ || base::has_8bit(chunk.substr(header));
}

base::Result<Outgoing> Outgoing::survey(const spool::Message& message) {
  Outgoing out;
  out.message_ = &message;
  TRY(spool::Queue::each_chunk(message, [&](std::string_view chunk) -> base::Result<void> {
    out.count(chunk);
    return {};
  }));
  return out;
}

base::Result<void> Outgoing::each_chunk(
    const std::function<base::Result<void>(std::string_view)>& use) const {
  return text_.empty() ? spool::Queue::each_chunk(*message_, use) : use(text_);
}

base::Result<Outgoing> Outgoing::downgraded() const {
  if (size_ > downgrade_limit) return base::fail(base::Exit::data, "too large to be encoded anew");
  TRY_ASSIGN(const auto text, spool::Queue::read(*message_, 0, downgrade_limit));
  Outgoing out;
  out.message_ = message_;
  TRY_ASSIGN(out.text_, mime::downgrade(text));
  out.count(out.text_);
  return out;
}

}  // namespace serve
