// Any bytes are commands: nothing crashes, and every response ends its line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "../lib/imap/memory_store.hpp"
#include "codec/utf7.hpp"
#include "imap/greeter.hpp"
#include "imap/mailbox_name.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  MemoryStore store;
  store.boxes["INBOX"].add(
      "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n");
  store.boxes["INBOX"].add("From: a@b.test\r\n\r\nx\r\n");
  Client client(store);
  imap::Greeter greeter;
  client.say("a SELECT INBOX");
  for (std::size_t at = 0; at < size && !client.closed;) {
    const auto end = std::min(text.find('\xff', at), size);
    const auto command = text.substr(at, end - at);
    if (!client.say(command).ends_with("\r\n") || !client.say("a " + std::string(command)).ends_with("\r\n"))
      std::abort();
    (void)greeter.on(imap::parse_command(command));
    at = end + 1;
  }
  if (const auto name = codec::imap_utf7_decode(text);
      name && codec::imap_utf7_decode(codec::imap_utf7_encode(*name)) != name)
    std::abort();
  (void)imap::decode_mailbox_name(text);
  return 0;
}
