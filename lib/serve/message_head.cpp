#include "serve/message_head.hpp"

#include "fs/stream.hpp"
#include "header/address.hpp"

namespace serve {

namespace {

constexpr std::size_t limit = 1 << 20;  // octets

}  // namespace

base::Result<std::string> read_head(int descriptor) {
  std::string out;
  TRY(fs::each_chunk(descriptor, "read the message", [&](std::string_view chunk) -> base::Result<void> {
    out += chunk.substr(0, limit - out.size());
    return {};
  }));
  std::erase(out, '\r');
  if (out.starts_with('\n')) return std::string();
  const auto end = out.find("\n\n");
  return end == std::string::npos ? out : out.substr(0, end + 1);
}

std::string return_path(const std::vector<header::Field>& fields) {
  const auto* field = header::find(fields, "Return-Path");
  const auto found = field == nullptr ? std::vector<header::Address>() : header::parse_addresses(field->body);
  return found.size() == 1 && !found[0].local.empty() ? header::to_mailbox(found[0]) : "";
}

}  // namespace serve
