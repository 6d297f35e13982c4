// What goes between the one who has a message and the helper that runs filters, and what a filter's words
// become: pure, as both sides distrust each other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace serve {

struct FilterEnvelope {
  std::string sender;
  std::vector<std::string> recipients;
  std::string address;  // of the client; empty: a program on this host
  std::string user;     // who has logged in; may be empty
  std::string helo;     // how the client names itself
  std::string id;       // of the message
  std::string host;     // the client's name, where the DNS has confirmed it; may be empty
};

/// What a filter is told of a recipient of the spool, which may be a name alone: scanners know addresses.
std::string whole_address(const std::string& recipient, const std::string& hostname);

constexpr std::size_t filter_request_limit = 120 * 1024;  // octets; what the kernel lets into one variable
constexpr std::size_t filter_reason_limit = 400;          // octets, of a reply line's 512

/// Sender, address, user, HELO, id, host and the recipients, each with a line end behind it. Exit::data: one
/// holds a line end or NUL, which would make two of it, or all of them are more than the limit.
base::Result<std::string> to_request(const FilterEnvelope& envelope);

/// Exit::protocol: not such lines.
base::Result<FilterEnvelope> parse_request(std::string_view text);

/// The first line of what a filter says, fit for a reply: at most the limit of printable ASCII.
std::string to_reason(std::string_view text);

/// What a filter has written, piece by piece, with LF for CR LF.
class FilteredText {
 public:
  /// `longest`: octets of a line, without its end.
  explicit FilteredText(std::size_t longest) : longest_(longest) {}

  /// Exit::data: a NUL, a bare CR, which other systems may take for a line end (RFC 5321 section 2.3.8), or
  /// a line too long. A CR at the end of a piece stays until the next one; nothing may be held after the
  /// last.
  base::Result<std::string> update(std::string_view piece);
  base::Result<void> finish() const;

 private:
  std::size_t longest_;
  std::size_t length_ = 0;
  bool cr_ = false;
};

}  // namespace serve
