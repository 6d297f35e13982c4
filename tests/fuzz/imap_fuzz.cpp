// Any bytes are commands, and a message that is fetched: nothing crashes, every response ends its line, and a
// client can take apart what it gets.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "../lib/imap/memory_store.hpp"
#include "base/ascii.hpp"
#include "codec/utf7.hpp"
#include "imap/greeter.hpp"
#include "imap/mailbox_name.hpp"

namespace {

bool skip_quoted(std::string_view& text) {
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') return true;
    if (c == '\r' || c == '\n' || c == '\0' || base::is_8bit(c)) return false;
    if (c != '\\') continue;
    if (!text.starts_with('"') && !text.starts_with('\\')) return false;
    text.remove_prefix(1);
  }
  return false;
}

/// Behind its '{'.
bool skip_literal(std::string_view& text) {
  const auto end = text.find("}\r\n");
  const auto size = end == text.npos ? std::nullopt : base::parse_number(text.substr(0, end));
  if (!size || *size > text.size() - end - 3) return false;
  const auto octets = text.substr(end + 3, *size);
  text.remove_prefix(end + 3 + *size);
  return octets.find('\0') == octets.npos;
}

bool is_data(std::string_view text) {
  if (text.starts_with("* LIST ") || text.starts_with("* LSUB ") || text.starts_with("* STATUS "))
    return true;
  return text.starts_with("* ") && text.substr(0, text.find("\r\n")).find(" FETCH (") != text.npos;
}

/// Parentheses in pairs, quoted strings closed, as many octets behind a literal as it says.
bool take_response(std::string_view& text) {
  const bool data = is_data(text);
  int depth = 0;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\r') {
      if (!text.starts_with('\n')) return false;
      text.remove_prefix(1);
      return depth == 0;
    }
    if (c == '\n' || c == '\0') return false;
    if (!data) continue;
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (depth < 0 || (c == '"' && !skip_quoted(text)) || (c == '{' && !skip_literal(text))) return false;
  }
  return false;
}

void check(std::string_view text) {
  if (text.empty()) std::abort();
  while (!text.empty()) {
    if (!take_response(text)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  MemoryStore store;
  store.boxes["INBOX"].add(
      "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n");
  store.boxes["INBOX"].add("From: a@b.test\r\n\r\nx\r\n");
  Client client(store);
  imap::Greeter greeter({{"PLAIN", "SCRAM-SHA-256"}, true}, "nonce");
  client.say("a SELECT INBOX");
  for (std::size_t at = 0; at < size && !client.closed;) {
    const auto end = std::min(text.find('\xff', at), size);
    const auto command = text.substr(at, end - at);
    check(client.say(command));
    check(client.say("a " + std::string(command)));
    const auto step = greeter.on(imap::parse_command(command));
    if ((step.question.name + step.question.secret).find_first_of(std::string_view("\0\r\n", 3)) !=
        std::string::npos)
      std::abort();
    at = end + 1;
  }
  store.boxes["x"].add(std::string(text));
  Client reader(store);
  reader.say("a SELECT x");
  check(reader.say("a FETCH 1 (ENVELOPE BODY BODYSTRUCTURE BODY[] BODY[1.1] BODY[2.HEADER] BODY[1.MIME])"));
  if (const auto name = codec::imap_utf7_decode(text);
      name && codec::imap_utf7_decode(codec::imap_utf7_encode(*name)) != name)
    std::abort();
  (void)imap::decode_mailbox_name(text);
  return 0;
}
