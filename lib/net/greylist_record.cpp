#include "net/greylist_record.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "net/network.hpp"

namespace net {

namespace {

constexpr std::size_t time_digits = 10;
constexpr std::size_t pass_digits = 5;
constexpr std::size_t head_size = 2 * (time_digits + 1) + pass_digits + 1 + greylist_key_size + 1;

std::string digits(std::uint64_t value, std::size_t width) {
  auto out = std::to_string(value);
  if (out.size() > width) return std::string(width, '9');
  return std::string(width - out.size(), '0') + out;
}

/// Takes that many characters and the blank behind them.
std::string_view take(std::string_view& text, std::size_t size) {
  const auto out = text.substr(0, size);
  text.remove_prefix(size + 1);
  return out;
}

}  // namespace

std::string to_text(const GreylistRecord& record) {
  std::string out = digits(record.first, time_digits) + " " + digits(record.last, time_digits) + " " +
                    digits(record.passes, pass_digits) + " " + record.key + " " +
                    base::printable(record.about, greylist_record_size);
  out.resize(greylist_record_size - 1, ' ');
  // A cut through a character of several octets would make the line unreadable for some programs.
  for (auto& c : out) c = base::is_8bit(c) ? '?' : c;
  return out + "\n";
}

std::optional<GreylistRecord> parse_greylist_record(std::string_view text) {
  if (text.size() != greylist_record_size || text.back() != '\n') return std::nullopt;
  const auto head = text.substr(0, head_size);
  for (const std::size_t blank :
       {time_digits, 2 * time_digits + 1, 2 * time_digits + pass_digits + 2, head_size - 1}) {
    if (head[blank] != ' ') return std::nullopt;
  }
  const auto plain = [](char c) { return !base::is_control(c) && !base::is_8bit(c); };
  if (!std::all_of(text.begin(), text.end() - 1, plain)) return std::nullopt;
  auto rest = text.substr(0, text.size() - 1);
  const auto first = base::parse_number(take(rest, time_digits));
  const auto last = base::parse_number(take(rest, time_digits));
  const auto passes = base::parse_number(take(rest, pass_digits));
  const auto key = take(rest, greylist_key_size);
  if (!first || !last || !passes || *last < *first) return std::nullopt;
  if (!std::all_of(key.begin(), key.end(), [](char c) { return base::hex_value(c) >= 0; }))
    return std::nullopt;
  return GreylistRecord{*first, *last, *passes, std::string(key), std::string(base::trim(rest))};
}

std::string source_network(const std::string& address) {
  auto octets = source_of(address);
  if (octets.empty()) return address;
  const bool v4 = octets.size() == 4;
  if (v4) octets[3] = 0;
  octets.resize(sizeof(in6_addr));
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(v4 ? AF_INET : AF_INET6, octets.data(), text, sizeof text);
  return std::string(text) + (v4 ? "/24" : "/64");
}

}  // namespace net
