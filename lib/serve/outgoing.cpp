#include "serve/outgoing.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/line_ends.hpp"
#include "mime/downgrade.hpp"
#include "smtp/dot.hpp"

namespace serve {

namespace {

constexpr std::uint64_t downgrade_limit = 64 << 20;  // octets

}  // namespace

void Outgoing::count(std::string_view chunk) {
  size_ += chunk.size() + base::count_line_feeds(chunk);
  for (std::size_t at = 0; !long_lines_ && at < chunk.size();) {
    const auto end = std::min(chunk.find('\n', at), chunk.size());
    column_ += end - at;
    long_lines_ = column_ > smtp::DotWriter::line_limit;
    if (end < chunk.size()) column_ = 0;
    at = end + 1;
  }
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
  TRY(out.count_additions());
  return out;
}

/// What folding adds counts as well (RFC 1870 section 5), and the end that a last line without one gets.
base::Result<void> Outgoing::count_additions() {
  if (!long_lines_) {
    size_ += column_ > 0 ? 2 : 0;
    return {};
  }
  smtp::DotWriter writer(smtp::DotWriter::Dots::plain);
  size_ = 0;
  TRY(each_chunk([&](std::string_view chunk) -> base::Result<void> {
    size_ += writer.update(chunk).size();
    return {};
  }));
  size_ += writer.finish().size();
  return {};
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
  TRY(out.count_additions());
  return out;
}

}  // namespace serve
