// Any bytes are commands in every state and mode, and a message that is fetched: nothing crashes, every
// response ends its line, and a client can take apart what it gets. The first octet says what is enabled and
// selected.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "../lib/imap/memory_store.hpp"
#include "base/ascii.hpp"
#include "codec/utf7.hpp"
#include "imap/greeter.hpp"
#include "imap/mailbox_name.hpp"
#include "imap/session.hpp"

namespace {

/// `utf8`: the client has said that it takes that.
bool skip_quoted(std::string_view& text, bool utf8) {
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') return true;
    if (c == '\r' || c == '\n' || c == '\0' || (base::is_8bit(c) && !utf8)) return false;
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
  const auto line = text.substr(0, text.find("\r\n"));
  return text.starts_with("* ") &&
         (line.find(" FETCH (") != text.npos || line.find(" UIDFETCH (") != text.npos);
}

/// Parentheses in pairs, quoted strings closed, as many octets behind a literal as it says.
bool take_response(std::string_view& text, bool utf8) {
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
    if (depth < 0 || (c == '"' && !skip_quoted(text, utf8)) || (c == '{' && !skip_literal(text)))
      return false;
  }
  return false;
}

void check(std::string_view text, bool utf8) {
  if (text.empty()) std::abort();
  while (!text.empty()) {
    if (!take_response(text, utf8)) std::abort();
  }
}

constexpr std::string_view modes[] = {"CONDSTORE", "QRESYNC", "IMAP4REV2", "UTF8=ACCEPT", "UIDONLY"};

/// What one client says and hears.
class Talk {
 public:
  Talk(MemoryStore& store, unsigned mode) : client_(store) {
    for (std::size_t i = 0; i < std::size(modes); ++i) {
      if ((mode >> i & 1) != 0) say("a ENABLE " + std::string(modes[i]));
    }
    utf8_ = (mode >> 2 & 3) != 0;
    if ((mode & 0x20) == 0) say((mode & 0x40) == 0 ? "a SELECT INBOX" : "a EXAMINE INBOX");
  }
  bool closed() const { return client_.closed || client_.next == imap::Next::close; }

  void say(std::string_view line) {
    if (closed()) return;
    if (client_.next == imap::Next::idle) {
      const auto news = client_.while_idle();
      if (!news.empty()) check(news, true);
      // What was enabled by the input itself.
      check(client_.end_idle(line), true);
      return;
    }
    utf8_ = utf8_ || base::upper(line).find("ENABLE") != std::string::npos;
    check(client_.say(line), utf8_);
  }

 private:
  Client client_;
  bool utf8_ = false;
};

/// Before the login, with whoever checks it saying this and that.
class Login {
 public:
  void say(std::string_view line) {
    if (closed_) return;
    auto step = awaits_ ? greeter_.on_response(line) : greeter_.on(imap::parse_command(line));
    for (int i = 0; i < 3 && step.next == imap::Greeting::Next::authenticate; ++i) {
      if ((step.question.name + step.question.secret).find_first_of(std::string_view("\0\r\n", 3)) !=
          std::string::npos)
        std::abort();
      constexpr sasl::Verdict verdicts[] = {sasl::Verdict::granted, sasl::Verdict::denied,
                                            sasl::Verdict::temporary, sasl::Verdict::blocked};
      if (line.size() % 4 == 0 && step.question.logs_in()) return;
      step = greeter_.on_answer({verdicts[line.size() % 4], "4096,QSXCR+Q6sek8bf92"});
    }
    if (step.next != imap::Greeting::Next::authenticate) check(step.reply, false);
    awaits_ = step.next == imap::Greeting::Next::response;
    closed_ = step.next == imap::Greeting::Next::close;
  }

 private:
  imap::Greeter greeter_{
      {{"PLAIN", "LOGIN", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2"}, true}, "nonce", true};
  bool awaits_ = false;
  bool closed_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, --size);
  MemoryStore store;
  store.boxes["INBOX"].add(
      "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n");
  store.boxes["INBOX"].add("From: a@b.test\r\n\r\nx\r\n");
  Talk first(store, data[0]);
  Talk second(store, data[0] >> 3);
  Login login;
  for (std::size_t at = 0; at < size;) {
    const auto end = std::min(text.find('\xff', at), size);
    const auto command = text.substr(at, end - at);
    login.say(command);
    first.say(command);
    first.say("a " + std::string(command));
    second.say(command);
    at = end + 1;
  }
  store.boxes["x"].add(std::string(text));
  Client reader(store);
  reader.say("a SELECT x");
  check(reader.say("a FETCH 1 (ENVELOPE BODY BODYSTRUCTURE BODY[] BODY[1.1] BODY[2.HEADER] BODY[1.MIME])"),
        false);
  check(reader.say("a FETCH 1 (PREVIEW THREADID BINARY.SIZE[1] BODY.PEEK[1.2.HEADER.FIELDS (Subject)]<1.9>)"),
        false);
  check(reader.say("a SEARCH OR SUBJECT x TEXT y"), false);
  check(reader.say("a SORT (SUBJECT DISPLAYFROM DATE) UTF-8 ALL"), false);
  check(reader.say("a THREAD REFERENCES UTF-8 ALL"), false);
  if (const auto name = codec::imap_utf7_decode(text);
      name && codec::imap_utf7_decode(codec::imap_utf7_encode(*name)) != name)
    std::abort();
  (void)imap::decode_mailbox_name(text);
  return 0;
}
