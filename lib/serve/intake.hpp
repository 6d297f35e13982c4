// One message of an SMTP conversation on its way into the spool, however it comes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "serve/smtp_server.hpp"
#include "smtp/server.hpp"
#include "spool/writer.hpp"

namespace serve {

/// Octets. RFC 5322 section 2.1.1 allows 998, but other programs write more, and everybody takes them.
constexpr std::size_t message_line_limit = 1 << 20;

class Intake {
 public:
  /// Makes the file with the envelope and the trace field: a disk that is full is said before the client
  /// sends anything.
  static base::Result<Intake> begin(const Reception& reception, const smtp::Server& server);

  /// Text with LF line ends; `last`: nothing comes behind it. What the disk says is said by finish().
  void add(std::string text, bool last);

  /// As the client counts, RFC 1870 section 5.
  std::uint64_t size() const { return size_; }
  bool too_large() const { return size_ > reception_->server.max_size; }

  /// The reply to what is wrong with the message, a NUL too; nothing wrong: it is committed, or not for a
  /// reason of ours. `bare_line_end`, `line_too_long`: what the reader of the octets found.
  smtp::Step finish(smtp::Server& server, bool bare_line_end, bool line_too_long);

 private:
  Intake(const Reception& reception, spool::Writer writer)
      : reception_(&reception), writer_(std::move(writer)) {}
  bool header_ends(std::string& text, bool last);
  std::string take_header();
  base::Result<void> store(std::string_view text);
  std::optional<smtp::Reply> filter(const smtp::Server& server);

  const Reception* reception_;
  spool::Writer writer_;
  base::Result<void> stored_;
  bool nul_ = false;  // which no message may hold but encoded (RFC 2045 sections 2.7, 2.8)
  std::uint64_t size_ = 0;
  std::string header_;  // until it is whole, with what came behind it
  std::size_t header_size_ = 0;
  bool in_header_ = true;
  bool header_too_large_ = false;
  std::size_t hops_ = 0;
};

}  // namespace serve
