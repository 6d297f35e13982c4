#include "spool/envelope.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace spool {

namespace {

constexpr std::string_view first_line = "tubepost 1";
constexpr std::string_view late_word = "late";
constexpr std::string_view owed_word = "owed";
constexpr std::string_view expanded_line = "aliases: expanded";

std::string fixed(std::uint64_t value, std::size_t width, unsigned base) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(width, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit) {
    *digit = digits[value % base];
    value /= base;
  }
  return out;
}

bool is_plain(std::string_view address) {
  return std::none_of(address.begin(), address.end(), base::is_control);
}

/// One `name: value` line of the head after another.
class Head {
 public:
  explicit Head(std::string_view text) : text_(text) {}

  base::Error error(std::string_view what) const {
    return base::fail(base::Exit::data, "envelope line " + std::to_string(line_) + ": " + std::string(what));
  }

  base::Result<std::string_view> line() {
    ++line_;
    const auto end = text_.find('\n', at_);
    if (end == std::string_view::npos) return error("no line end");
    start_ = at_;
    at_ = end + 1;
    return text_.substr(start_, end - start_);
  }

  base::Result<std::string_view> value(std::string_view name) {
    TRY_ASSIGN(const auto text, line());
    if (!text.starts_with(name) || !text.substr(name.size()).starts_with(": ")) {
      return error("'" + std::string(name) + ": ' expected");
    }
    return text.substr(name.size() + 2);
  }

  std::size_t start() const { return start_; }
  std::size_t next() const { return at_; }

 private:
  std::string_view text_;
  std::size_t start_ = 0;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
};

base::Result<std::string> parse_address(const Head& head, std::string_view text) {
  if (text.size() < 2 || text.front() != '<' || text.back() != '>') return head.error("<address> expected");
  return std::string(text.substr(1, text.size() - 2));
}

base::Result<void> parse_length(const Head& head, std::string_view text, Envelope& into) {
  if (text.size() != length_width) return head.error("length of a wrong width");
  if (text == std::string(length_width, '-')) return {};
  into.length = base::parse_number(text.substr(0, 20));
  if (!into.length || text[20] != ' ') return head.error("not a length");
  for (const char c : text.substr(21)) {
    const int digit = base::hex_value(c);
    if (digit < 0) return head.error("not a checksum");
    into.checksum = into.checksum << 4 | static_cast<std::uint32_t>(digit);
  }
  return {};
}

base::Result<Recipient> parse_recipient(const Head& head, std::string_view line) {
  constexpr std::string_view name = "to: ";
  Recipient recipient;
  recipient.status_offset = head.start() + name.size();
  if (!line.starts_with(name) || line.size() < name.size() + 5) return head.error("'to: ' expected");
  const auto status = line.substr(name.size(), 4);
  recipient.late = status == late_word;
  recipient.owed = status == owed_word;
  if (status == word(Status::done) || recipient.owed) {
    recipient.status = Status::done;
  } else if (status == word(Status::fail)) {
    recipient.status = Status::fail;
  } else if (status != word(Status::todo) && !recipient.late) {
    return head.error("unknown status");
  }
  // Behind the address parameters may stand, which hold no '>'.
  const auto rest = line.substr(name.size() + 5);
  const auto end = rest.rfind('>') + 1;
  TRY_ASSIGN(recipient.address, parse_address(head, rest.substr(0, end)));
  if (end < rest.size()) recipient.parameters = base::trim(rest.substr(end));
  return recipient;
}

}  // namespace

std::string_view word(Status status) {
  switch (status) {
    case Status::done:
      return "done";
    case Status::fail:
      return "fail";
    case Status::todo:
      break;
  }
  return "todo";
}

std::string_view word(const Recipient& recipient) {
  if (recipient.status == Status::todo && recipient.late) return late_word;
  return recipient.status == Status::done && recipient.owed ? owed_word : word(recipient.status);
}

base::Result<std::string> format(const Envelope& envelope) {
  if (!is_plain(envelope.sender))
    return base::fail(base::Exit::data, "control character in the reverse-path");
  std::string out(first_line);
  out += "\nid: " + envelope.id + "\nreceived: " + std::to_string(envelope.received) +
         "\nlength: " + std::string(length_width, '-') + "\nfrom: <" + envelope.sender + ">\n";
  if (!is_plain(envelope.parameters)) return base::fail(base::Exit::data, "control character in a parameter");
  if (!envelope.parameters.empty()) out += "with: " + envelope.parameters + "\n";
  if (envelope.expanded) out += std::string(expanded_line) + "\n";
  for (const auto& recipient : envelope.recipients) {
    if (!is_plain(recipient.address)) return base::fail(base::Exit::data, "control character in a recipient");
    if (!is_plain(recipient.parameters) || recipient.parameters.find('>') != std::string::npos)
      return base::fail(base::Exit::data, "control character or '>' in a recipient's parameters");
    out += "to: " + std::string(word(recipient)) + " <" + recipient.address + ">" +
           (recipient.parameters.empty() ? "" : " " + recipient.parameters) + "\n";
  }
  return out += "\n";
}

std::string format_length(std::uint64_t length, std::uint32_t checksum) {
  return fixed(length, 20, 10) + " " + fixed(checksum, 8, 16);
}

base::Result<Envelope> parse(std::string_view text) {
  Head head(text);
  Envelope out;
  TRY_ASSIGN(const auto version, head.line());
  if (version != first_line) return head.error("not a tubepost message");
  TRY_ASSIGN(const auto id, head.value("id"));
  out.id = id;
  TRY_ASSIGN(const auto received, head.value("received"));
  const auto seconds = base::parse_number(received);
  if (!seconds) return head.error("not a time");
  out.received = *seconds;
  TRY_ASSIGN(const auto length, head.value("length"));
  out.length_offset = head.next() - 1 - length.size();
  TRY(parse_length(head, length, out));
  TRY_ASSIGN(const auto sender, head.value("from"));
  TRY_ASSIGN(out.sender, parse_address(head, sender));
  while (true) {
    TRY_ASSIGN(const auto line, head.line());
    if (line.empty()) break;
    constexpr std::string_view with = "with: ";
    if (out.recipients.empty() && out.parameters.empty() && line.starts_with(with)) {
      out.parameters = line.substr(with.size());
      continue;
    }
    if (out.recipients.empty() && !out.expanded && line == expanded_line) {
      out.expanded = true;
      continue;
    }
    TRY_ASSIGN(auto recipient, parse_recipient(head, line));
    out.recipients.push_back(std::move(recipient));
  }
  if (out.recipients.empty()) return head.error("no recipient");
  out.body_offset = head.next();
  return out;
}

std::string end_mark(std::uint64_t length, std::uint32_t checksum) {
  return "\n-- end " + format_length(length, checksum) + "\n";
}

}  // namespace spool
