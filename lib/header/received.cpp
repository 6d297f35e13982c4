#include "header/received.hpp"

#include <algorithm>
#include <array>

#include "base/scanner.hpp"
#include "header/cfws.hpp"
#include "header/field.hpp"
#include "header/trace_comment.hpp"

namespace header {

namespace {

enum class Clause { none, from, by, via, with, id, for_ };

struct Protocol {
  std::string_view word;
  std::string_view name;
};

// RFC 3848 and RFC 6531 section 4.3, with what programs call them.
constexpr Protocol protocols[] = {{"SMTP", "SMTP"},
                                  {"ESMTP", "ESMTP"},
                                  {"ESMTPA", "ESMTPA"},
                                  {"ESMTPS", "ESMTPS"},
                                  {"ESMTPSA", "ESMTPSA"},
                                  {"LMTP", "LMTP"},
                                  {"LMTPA", "LMTPA"},
                                  {"LMTPS", "LMTPS"},
                                  {"LMTPSA", "LMTPSA"},
                                  {"UTF8SMTP", "UTF8SMTP"},
                                  {"UTF8SMTPA", "UTF8SMTPA"},
                                  {"UTF8SMTPS", "UTF8SMTPS"},
                                  {"UTF8SMTPSA", "UTF8SMTPSA"},
                                  {"UTF8LMTP", "UTF8LMTP"},
                                  {"UTF8LMTPA", "UTF8LMTPA"},
                                  {"UTF8LMTPS", "UTF8LMTPS"},
                                  {"UTF8LMTPSA", "UTF8LMTPSA"},
                                  {"MMS", "MMS"},
                                  {"HTTP", "HTTP"},
                                  {"HTTPS", "HTTPS"},
                                  {"IMAP", "IMAP"},
                                  {"POP3", "POP3"},
                                  {"LOCAL", "LOCAL"},
                                  {"SMTPS", "ESMTPS"},
                                  {"SMTPSVC", "SMTP"},
                                  {"BSMTP", "SMTP"},
                                  {"LOCAL-BSMTP", "SMTP"},
                                  {"ASMTP", "ESMTPA"},
                                  {"ESMTP-TLS", "ESMTPS"}};

std::string_view protocol_in(std::string_view text) {
  base::Scanner in(text);
  while (!in.done()) {
    const auto word = in.take_while([](char c) { return base::is_alnum(c) || c == '-'; });
    const auto* found = std::find_if(std::begin(protocols), std::end(protocols),
                                     [&](const Protocol& one) { return base::iequals(one.word, word); });
    if (found != std::end(protocols)) return found->name;
    in.next();
  }
  return {};
}

Clause clause_of(std::string_view word) {
  constexpr std::array<std::string_view, 6> names = {"from", "by", "via", "with", "id", "for"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (base::iequals(word, names[i])) return static_cast<Clause>(i + 1);
  }
  return Clause::none;
}

class Reader {
 public:
  Reader(std::string_view text, base::Defects* defects) : text_(text), in_(text), defects_(defects) {}

  Received run() {
    while (true) {
      in_.take_while(is_blank);
      if (in_.done()) break;
      element();
    }
    out_.protocol = protocol_in(out_.with);
    read_tls(out_.with, out_);
    if (out_.by.empty()) base::note(defects_, received_without_by, 0);
    date();
    return std::move(out_);
  }

 private:
  void element() {
    if (in_.take('(')) return comment(take_comment(in_, defects_));
    if (in_.take('"')) return value(take_quoted(in_, defects_), false);
    if (in_.take('<')) return value(take_to('>'), false);
    if (in_.take('[')) return value(std::string(bare_address(take_to(']'))), true);
    const auto start = in_.offset();
    if (in_.take(';')) {
      if (date_ == std::string_view::npos) date_ = in_.offset();
      clause_ = Clause::none;
      return;
    }
    in_.next();
    in_.take_while(
        [](char c) { return !is_blank(c) && std::string_view("(;<[").find(c) == std::string_view::npos; });
    auto word = text_.substr(start, in_.offset() - start);
    while (word.ends_with(',')) word.remove_suffix(1);
    const auto clause = clause_of(word);
    if (clause != Clause::none) return begin(clause, start);
    if (!word.empty()) value(std::string(word), is_ip_address(word));
  }

  std::string take_to(char end) {
    const auto text = in_.take_while([end](char c) { return c != end; });
    in_.next();
    return std::string(base::trim(text));
  }

  void begin(Clause clause, std::size_t start) {
    const auto index = static_cast<std::size_t>(clause);
    if (seen_[index]) base::note(defects_, repeated_clause, start);
    // The first is the one that the grammar has; "from stdin" comes later.
    clause_ = seen_[index] ? Clause::none : clause;
    seen_[index] = true;
  }

  void value(std::string text, bool address) {
    switch (clause_) {
      case Clause::none:
        return;
      case Clause::from:
        return client(std::move(text), address);
      case Clause::with:
        if (!out_.with.empty()) out_.with += ' ';
        out_.with += text;
        return;
      case Clause::by:
        return set(out_.by, std::move(text));
      case Clause::via:
        return set(out_.via, std::move(text));
      case Clause::id:
        return set(out_.id, std::move(text));
      case Clause::for_:
        return set(out_.for_, std::move(text));
    }
  }

  static void set(std::string& out, std::string text) {
    if (out.empty()) out = std::move(text);
  }

  void client(std::string text, bool address) {
    if (!after_client_) {
      out_.from = std::move(text);
      after_client_ = true;
    } else if (address && is_ip_address(text)) {
      set(out_.ip, std::move(text));
    } else if (text.find('@') != text.npos) {
      set(out_.ident, std::move(text));
    }
  }

  void comment(const std::string& text) {
    read_tls(text, out_);
    if (clause_ == Clause::from) {
      after_client_ = true;
      read_client_comment(text, out_);
    } else if (clause_ == Clause::none && base::istarts_with(text, "from ") && !seen_[1]) {
      // Sendmail for a message of a local user.
      base::Scanner in(std::string_view(text).substr(5));
      out_.from = in.take_while([](char c) { return !is_blank(c); });
    }
  }

  void date() {
    if (date_ == std::string_view::npos) return base::note(defects_, received_without_date, text_.size());
    base::Defects inner;
    out_.date = parse_date(text_.substr(date_), &inner);
    if (defects_ != nullptr) defects_->add(inner, date_);
  }

  std::string_view text_;
  base::Scanner in_;
  base::Defects* defects_;
  Received out_;
  Clause clause_ = Clause::none;
  std::array<bool, 7> seen_{};
  std::size_t date_ = std::string_view::npos;
  bool after_client_ = false;
};

}  // namespace

Received parse_received(std::string_view text, base::Defects* defects) {
  return Reader(within_limit(text, defects), defects).run();
}

}  // namespace header
