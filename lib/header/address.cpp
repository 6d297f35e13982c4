#include "header/address.hpp"

#include <algorithm>
#include <utility>

#include "base/scanner.hpp"

namespace header {

namespace {

bool is_special(char c) {
  return std::string_view("()<>[]:;@\\,\"").find(c) != std::string_view::npos;
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_word(char c) {
  return !is_special(c) && !is_blank(c) && c != '\0';
}

/// A quoted string without its quotes and backslashes; the cursor is behind the opening quote.
std::string take_quoted(base::Scanner& in) {
  std::string out;
  while (!in.done() && !in.take('"')) {
    if (in.take('\\') && in.done()) break;
    const char c = in.next();
    if (c != '\r' && c != '\n') out += c;
  }
  return out;
}

/// A comment with those inside it; the cursor is behind the opening parenthesis.
std::string take_comment(base::Scanner& in) {
  std::string out;
  for (int depth = 1; !in.done();) {
    char c = in.next();
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) break;
    if (c == '\\') c = in.next();
    if (c != '\r' && c != '\n') out += c;
  }
  return out;
}

/// Blanks around the dots of a local part (section 4.4, obs-local-part) mean nothing.
std::string without_blanks_at_dots(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool at_dot = out.ends_with('.') || (i + 1 < text.size() && text[i + 1] == '.');
    if (text[i] != ' ' || !at_dot) out += text[i];
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view text, std::size_t limit) : in_(text), limit_(limit) {}

  std::vector<Address> run() {
    while (!in_.done() && out_.size() < limit_) element();
    end_of_mailbox();
    if (in_group_) out_.push_back({Address::Kind::group_end, {}, {}, {}, {}});
    return std::move(out_);
  }

 private:
  void element() {
    const char c = in_.next();
    switch (c) {
      case '(':
        comment_ = take_comment(in_);
        return;
      case '"':
        word(take_quoted(in_));
        return;
      case '<':
        angle();
        return;
      case '@':
        at_ = true;
        return;
      case '[':
        literal();
        return;
      case ',':
        end_of_mailbox();
        return;
      case ':':
        group();
        return;
      case ';':
        end_of_group();
        return;
      default:
        break;
    }
    if (is_blank(c)) {
      blank_ = true;
    } else if (is_word(c)) {
      in_.back_to(in_.offset() - 1);
      word(std::string(in_.take_while(is_word)));
    }
  }

  /// A word belongs to the phrase, or to an address without angle brackets: which, the '@' tells.
  void word(std::string text) {
    if (at_) {
      domain_ += text;
      return;
    }
    if (!words_.empty() && blank_) words_ += ' ';
    words_ += text;
    blank_ = false;
  }

  void literal() {
    std::string text = "[";
    while (!in_.done() && !text.ends_with(']')) text += in_.next();
    word(std::move(text));
  }

  /// `<route:local@domain>`, read in one go; a missing '>' ends with the text.
  void angle() {
    Address address;
    std::string text;
    bool in_domain = false;
    while (!in_.done() && !in_.take('>')) {
      const char c = in_.next();
      if (c == '(') {
        take_comment(in_);
      } else if (c == '"') {
        (in_domain ? address.domain : text) += take_quoted(in_);
      } else if (c == ':' && in_domain && text.empty()) {
        address.route = "@" + std::exchange(address.domain, {});
        in_domain = false;
      } else if (c == '@' && !in_domain) {
        in_domain = true;
      } else if (!is_blank(c)) {
        (in_domain ? address.domain : text) += c;
      }
    }
    address.local = std::move(text);
    address.name = std::move(words_);
    angled_ = std::move(address);
    has_angle_ = true;
    words_.clear();
  }

  void end_of_mailbox() {
    Address address;
    if (has_angle_) {
      address = std::move(angled_);
      if (address.name.empty()) address.name = comment_;
    } else {
      address = {Address::Kind::mailbox, comment_, {}, without_blanks_at_dots(words_), domain_};
    }
    if (has_angle_ || !address.local.empty() || !address.domain.empty()) out_.push_back(std::move(address));
    forget();
  }

  void group() {
    if (in_group_ || at_ || has_angle_) return;
    out_.push_back({Address::Kind::group_start, words_, {}, {}, {}});
    forget();
    in_group_ = true;
  }

  void end_of_group() {
    end_of_mailbox();
    if (in_group_) out_.push_back({Address::Kind::group_end, {}, {}, {}, {}});
    in_group_ = false;
  }

  void forget() {
    words_.clear();
    domain_.clear();
    comment_.clear();
    at_ = blank_ = has_angle_ = false;
  }

  base::Scanner in_;
  std::size_t limit_;
  std::vector<Address> out_;
  std::string words_;
  std::string domain_;
  std::string comment_;
  Address angled_;
  bool at_ = false;
  bool blank_ = false;
  bool has_angle_ = false;
  bool in_group_ = false;
};

/// Dot-atom of section 3.2.3: such a local part needs no quotes.
bool is_dot_atom(std::string_view text) {
  const bool dots = text.starts_with('.') || text.ends_with('.') || text.find("..") != std::string_view::npos;
  return !text.empty() && !dots &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_word(c) && !base::is_control(c); });
}

}  // namespace

std::vector<Address> parse_addresses(std::string_view body, std::size_t limit) {
  return Reader(body, limit).run();
}

std::string to_mailbox(const Address& address) {
  if (address.kind != Address::Kind::mailbox) return {};
  std::string local = address.local;
  if (!is_dot_atom(local)) {
    local = "\"";
    for (const char c : address.local) {
      if (c == '"' || c == '\\') local += '\\';
      local += c;
    }
    local += '"';
  }
  return address.domain.empty() ? local : local + "@" + address.domain;
}

}  // namespace header
