#include "net/dns_record.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "base/hex.hpp"
#include "net/network.hpp"

namespace net {

namespace {

constexpr std::pair<RecordType, std::string_view> types[] = {
    {RecordType::a, "A"},     {RecordType::cname, "CNAME"}, {RecordType::ptr, "PTR"},  {RecordType::mx, "MX"},
    {RecordType::txt, "TXT"}, {RecordType::aaaa, "AAAA"},   {RecordType::tlsa, "TLSA"}};

unsigned octet(char c) {
  return static_cast<unsigned char>(c);
}

/// RFC 1035 section 5.1, for what a program may take for something else than a name.
void put_label(std::string_view label, std::string& out) {
  for (const char c : label) {
    if (base::is_alnum(c) || c == '-' || c == '_') {
      out += c;
      continue;
    }
    const auto value = octet(c);
    out += '\\';
    out += static_cast<char>('0' + value / 100);
    out += static_cast<char>('0' + value / 10 % 10);
    out += static_cast<char>('0' + value % 10);
  }
}

/// A whole name and nothing behind it; `.` is the root.
std::optional<std::string> name_text(std::string_view data) {
  if (data.empty() || data.size() > domain_name_limit) return std::nullopt;
  std::string out;
  while (!data.empty()) {
    const auto length = octet(data[0]);
    if (length == 0) return data.size() == 1 ? std::optional(out.empty() ? "." : out) : std::nullopt;
    if (length > 63 || length + 1 > data.size()) return std::nullopt;
    if (!out.empty()) out += '.';
    put_label(data.substr(1, length), out);
    data.remove_prefix(length + 1);
  }
  return std::nullopt;
}

std::optional<std::string> address_text(int family, std::size_t size, std::string_view data) {
  char text[INET6_ADDRSTRLEN];
  if (data.size() != size || inet_ntop(family, data.data(), text, sizeof text) == nullptr)
    return std::nullopt;
  return text;
}

std::optional<std::string> mx_text(std::string_view data) {
  if (data.size() < 3) return std::nullopt;
  const auto name = name_text(data.substr(2));
  if (!name) return std::nullopt;
  return std::to_string(octet(data[0]) << 8 | octet(data[1])) + " " + *name;
}

std::optional<std::string> txt_text(std::string_view data) {
  if (data.empty()) return std::nullopt;
  std::string out;
  while (!data.empty()) {
    const auto length = octet(data[0]);
    if (length + 1 > data.size()) return std::nullopt;
    out += data.substr(1, length);
    data.remove_prefix(length + 1);
  }
  return out;
}

std::optional<std::string> tlsa_text(std::string_view data) {
  if (data.size() < 4) return std::nullopt;
  std::string out;
  for (int i = 0; i < 3; ++i) out += std::to_string(octet(data[static_cast<std::size_t>(i)])) + " ";
  return out + base::to_hex(data.substr(3));
}

std::string reversed_v4(const unsigned char* octets) {
  std::string out;
  for (int i = 3; i >= 0; --i) out += std::to_string(octets[i]) + (i > 0 ? "." : "");
  return out;
}

}  // namespace

std::optional<RecordType> parse_record_type(std::string_view text) {
  for (const auto& [type, name] : types) {
    if (base::iequals(text, name)) return type;
  }
  return std::nullopt;
}

std::string_view name_of(RecordType type) {
  return std::find_if(std::begin(types), std::end(types), [&](const auto& one) { return one.first == type; })
      ->second;
}

std::optional<std::string> rdata_text(RecordType type, std::string_view data) {
  switch (type) {
    case RecordType::a:
      return address_text(AF_INET, 4, data);
    case RecordType::aaaa:
      return address_text(AF_INET6, 16, data);
    case RecordType::mx:
      return mx_text(data);
    case RecordType::txt:
      return txt_text(data);
    case RecordType::tlsa:
      return tlsa_text(data);
    case RecordType::cname:
    case RecordType::ptr:
      break;
  }
  return name_text(data);
}

std::optional<std::string> reversed_address(const std::string& address) {
  const auto plain = plain_address(address);
  std::array<unsigned char, 16> octets = {};
  if (inet_pton(AF_INET, plain.c_str(), octets.data()) == 1) return reversed_v4(octets.data());
  if (inet_pton(AF_INET6, plain.c_str(), octets.data()) != 1) return std::nullopt;
  auto digits = base::to_hex({reinterpret_cast<const char*>(octets.data()), octets.size()});
  std::reverse(digits.begin(), digits.end());
  std::string out;
  for (const char digit : digits) out += std::string(out.empty() ? "" : ".") + digit;
  return out;
}

std::optional<std::string> reverse_name(const std::string& address) {
  auto out = reversed_address(address);
  if (out) *out += out->size() < 16 ? ".in-addr.arpa" : ".ip6.arpa";
  return out;
}

bool is_domain_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || name.size() > 253) return false;
  std::size_t label = 0;
  for (const char c : name) {
    if (c <= ' ' || c >= 127 || c == '\\' || (c == '.' && label == 0)) return false;
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return false;
  }
  return label > 0;
}

}  // namespace net
