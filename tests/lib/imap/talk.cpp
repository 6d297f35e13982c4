#include "talk.hpp"

void talk(MemoryStore& store, std::span<const Row> rows, const imap::Bounds& bounds) {
  Client client(store, bounds);
  for (const auto& [say, hears] : rows) {
    const auto heard = client.say(say);
    std::string_view wanted = hears;
    if (wanted.starts_with("...")) {
      wanted.remove_prefix(3);
      EXPECT_TRUE(heard.ends_with(wanted)) << say << "\n" << heard;
    } else {
      EXPECT_EQ(heard, wanted) << say;
    }
  }
}

MemoryStore three() {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  box.add(
      "Subject: Re: b\r\nFrom: Zoe <a@x>\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\nMessage-ID: "
      "<1@x>\r\n\r\n");
  box.add("Subject: a\r\nFrom: c@x\r\nDate: Mon, 1 Jan 2024 09:00:00 +0000\r\nMessage-ID: <2@x>\r\n\r\n");
  box.add("Subject: b\r\nFrom: b@x\r\nDate: Mon, 1 Jan 2024 10:00:00 -0100\r\nReferences: <1@x>\r\n\r\n");
  return store;
}
