#include "header/address.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/scanner.hpp"
#include "header/cfws.hpp"
#include "header/field.hpp"

namespace header {

namespace {

bool is_special(char c) {
  return std::string_view("()<>[]:;@\\,\"").find(c) != std::string_view::npos;
}
bool is_word(char c) {
  return !is_special(c) && !is_blank(c) && c != '\0';
}

bool has_bad_dots(std::string_view text) {
  return text.starts_with('.') || text.ends_with('.') || text.find("..") != std::string_view::npos;
}

/// Brackets without an end and a second '@' are reported where they are met.
bool is_domain(std::string_view text) {
  const bool literal = text.starts_with('[');
  if (literal) text = text.substr(1, text.size() - (text.ends_with(']') ? 2 : 1));
  return std::all_of(text.begin(), text.end(), [literal](char c) {
    return !base::is_control(c) && (is_word(c) || c == '@' || (literal && c == ':'));
  });
}

void append(std::string& list, std::string_view text) {
  if (!list.empty()) list += ' ';
  list += text;
}

class Reader {
 public:
  Reader(std::string_view text, std::size_t limit, base::Defects* defects)
      : in_(text), limit_(limit), defects_(defects) {}

  std::vector<Address> run() {
    while (!in_.done() && out_.size() < limit_) element();
    if (!in_.done()) note(too_many_addresses, in_.offset());
    end_of_mailbox();
    if (in_group_) {
      note(open_group, in_.offset());
      add_group_end();
    }
    if (out_.empty()) note(no_address, 0);
    return std::move(out_);
  }

 private:
  void note(const base::Rule& rule, std::size_t at) { base::note(defects_, rule, at); }

  void element() {
    token_ = in_.offset();
    const char c = in_.next();
    if (!in_mailbox() && !is_blank(c)) start_ = token_;
    switch (c) {
      case '(':
        blank_ = true;
        return append(comment_, take_comment(in_, defects_));
      case '"':
        return word(take_quoted(in_, defects_));
      case '<':
        return angle();
      case '@':
        return at_sign();
      case '[':
        return literal();
      case ',':
        if (!in_mailbox()) note(empty_element, token_);
        return end_of_mailbox();
      case ':':
        return group();
      case ';':
        return end_of_group();
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

  bool in_mailbox() const { return has_address_ || at_ || !words_.empty(); }

  /// A word belongs to the phrase, or to an address without angle brackets: which, the '@' tells.
  void word(std::string text) {
    const bool after_dot = (at_ ? domain_ : words_).ends_with('.') || text.starts_with('.');
    if (at_ && !domain_.empty() && blank_ && !after_dot) complete(take_plain());
    if (at_) {
      has_blanks_ = has_blanks_ || blank_;
      domain_ += text;
    } else {
      if (!words_.empty() && blank_) words_ += ' ';
      // Blanks around the dots of a local part (section 4.4, obs-local-part) mean nothing.
      if (blank_ && !after_dot) last_word_ = words_.size();
      words_ += text;
    }
    blank_ = false;
  }

  void at_sign() {
    if (at_) {
      note(two_ats, token_);
      domain_ += '@';
      return;
    }
    if (has_address_) {
      note(missing_comma, token_);
      push_before(std::exchange(words_, {}));
    }
    has_blanks_ = has_blanks_ || blank_;
    at_ = true;
    blank_ = false;
  }

  void literal() {
    std::string text = "[";
    while (!in_.done() && !text.ends_with(']')) {
      const char c = in_.next();
      if (c != '\r' && c != '\n') text += c;
    }
    if (!text.ends_with(']')) note(open_literal, token_);
    word(std::move(text));
  }

  /// An address without angle brackets; words before its local part are a name.
  Address take_plain() {
    Address address;
    std::string_view name = std::string_view(words_).substr(0, at_ ? last_word_ : 0);
    std::string_view local = std::string_view(words_).substr(name.size());
    if (!base::trim(name).empty()) note(missing_angle, start_);
    address.name = base::trim(name);
    address.local = without_blanks_at_dots(local);
    address.domain = std::move(domain_);
    domain_.clear();
    words_.clear();
    last_word_ = 0;
    at_ = false;
    return address;
  }

  std::string without_blanks_at_dots(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool at_dot = out.ends_with('.') || (i + 1 < text.size() && text[i + 1] == '.');
      if (text[i] != ' ' || !at_dot) out += text[i];
    }
    has_blanks_ = has_blanks_ || out.size() < text.size();
    return out;
  }

  void complete(Address address) {
    address_ = std::move(address);
    has_address_ = true;
  }

  /// `<route:local@domain>`, read in one go.
  void angle() {
    if (has_address_) {
      note(missing_comma, token_);
      push_before(std::exchange(words_, {}));
    }
    if (at_) {
      note(address_as_name, start_);
      words_ += "@" + std::exchange(domain_, {});
      at_ = false;
    }
    Address address;
    address.name = std::exchange(words_, {});
    last_word_ = 0;
    read_angle(address);
    complete(std::move(address));
  }

  void read_angle(Address& address) {
    const auto start = in_.offset() - 1;
    std::string text;
    bool in_domain = false;
    while (!in_.take('>')) {
      if (in_.done() || in_.peek() == '<' || (in_.peek() == ',' && ends_open(text.empty() && in_domain))) {
        note(open_angle, start);
        break;
      }
      const char c = in_.next();
      has_blanks_ = has_blanks_ || is_blank(c) || c == '(';
      if (c == '(') {
        append(comment_, take_comment(in_, defects_));
      } else if (c == '"') {
        (in_domain ? address.domain : text) += take_quoted(in_, defects_);
      } else if (c == ':' && in_domain && text.empty()) {
        address.route = "@" + std::exchange(address.domain, {});
        note(source_route, start);
        in_domain = false;
      } else if (c == '@' && !in_domain) {
        in_domain = true;
      } else if (!is_blank(c)) {
        if (c == '@' && !text.empty()) note(two_ats, start);
        (in_domain ? address.domain : text) += c;
      }
    }
    address.local = std::move(text);
  }

  /// True at a comma behind which no closing bracket comes before the next address.
  bool ends_open(bool in_route) const {
    if (in_route) return false;
    const auto rest = in_.rest();
    const auto next = rest.find_first_of("<>");
    return next == rest.npos || rest[next] == '<';
  }

  void end_of_mailbox() {
    if (!has_address_ && (at_ || !words_.empty())) complete(take_plain());
    if (has_address_) push();
    forget();
  }

  /// The words belong to the next address.
  void push_before(std::string words) {
    push();
    words_ = std::move(words);
    start_ = token_;
  }

  void push() {
    if (!words_.empty()) {
      note(words_after_address, start_);
      if (address_.name.empty()) address_.name = words_;
    }
    if (address_.local.empty()) {
      note(missing_local, start_);
    } else if (address_.domain.empty()) {
      note(missing_domain, start_);
    }
    if (has_bad_dots(address_.local) || has_bad_dots(address_.domain)) note(bad_dots, start_);
    if (!is_domain(address_.domain)) note(bad_domain, start_);
    if (has_blanks_) note(blank_in_address, start_);
    has_blanks_ = false;
    address_.comment = std::move(comment_);
    if (address_.name.empty()) address_.name = address_.comment;
    out_.push_back(std::exchange(address_, {}));
    comment_.clear();
    has_address_ = false;
  }

  void group() {
    if (in_group_ || at_ || has_address_) return note(nested_group, token_);
    out_.push_back({Address::Kind::group_start, words_, {}, {}, {}, comment_});
    forget();
    in_group_ = true;
  }

  void end_of_group() {
    end_of_mailbox();
    if (!in_group_) return note(stray_semicolon, token_);
    add_group_end();
    in_group_ = false;
  }

  void add_group_end() { out_.push_back({Address::Kind::group_end, {}, {}, {}, {}}); }

  void forget() {
    words_.clear();
    domain_.clear();
    comment_.clear();
    last_word_ = 0;
    at_ = blank_ = has_address_ = false;
  }

  base::Scanner in_;
  std::size_t limit_;
  base::Defects* defects_;
  std::vector<Address> out_;
  std::string words_;          // of the phrase, or of a local part
  std::size_t last_word_ = 0;  // where the last of them begins
  std::string domain_;
  std::string comment_;
  Address address_;           // complete, waiting for its comma
  bool at_ = false;           // the '@' of an address without brackets was read
  bool blank_ = false;        // since the last word
  bool has_address_ = false;  // address_ is one
  bool in_group_ = false;
  bool has_blanks_ = false;  // where an address has none
  std::size_t token_ = 0;    // what is being read
  std::size_t start_ = 0;    // of the mailbox
};

/// Dot-atom of section 3.2.3: such a local part needs no quotes.
bool is_dot_atom(std::string_view text) {
  return !text.empty() && !has_bad_dots(text) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_word(c) && !base::is_control(c); });
}

}  // namespace

std::vector<Address> parse_addresses(std::string_view body, std::size_t limit, base::Defects* defects) {
  // Who sends to the addresses must not lose one.
  return Reader(limit == SIZE_MAX ? body : within_limit(body, defects), limit, defects).run();
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
