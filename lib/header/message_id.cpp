#include "header/message_id.hpp"

#include <utility>

#include "header/cfws.hpp"
#include "header/field.hpp"

namespace header {

namespace {

class Reader {
 public:
  Reader(std::string_view text, base::Defects* defects, std::size_t limit)
      : text_(text), in_(text), defects_(defects), limit_(limit) {}

  std::vector<std::string> run() {
    while (!in_.done() && out_.size() < limit_) element();
    if (!in_.done()) base::note(defects_, too_many_ids, in_.offset());
    take_bare();
    if (out_.empty()) base::note(defects_, empty_id, 0);
    return std::move(out_);
  }

 private:
  void element() {
    skip_cfws(in_, defects_);
    const auto start = in_.offset();
    if (in_.done() || in_.take(',')) return;
    if (in_.take('<')) {
      bracketed(start);
      return;
    }
    if (in_.take('"')) {
      take_quoted(in_, defects_);
      add_bare(start);
      return;
    }
    in_.next();
    in_.take_while([](char c) { return !is_blank(c) && c != '<' && c != ',' && c != '('; });
    add_bare(start);
  }

  void add_bare(std::size_t start) {
    if (bare_.size() < limit_) bare_.emplace_back(start, in_.offset());
  }

  void bracketed(std::size_t start) {
    std::string id;
    bool blanks = false;
    while (in_.take('<')) {
    }
    while (!in_.take('>')) {
      if (in_.done() || in_.peek() == '<') {
        base::note(defects_, open_id, start);
        break;
      }
      const auto piece_start = in_.offset();
      const char c = in_.next();
      blanks = blanks || is_blank(c) || c == '(';
      if (c == '(') {
        take_comment(in_, defects_);
      } else if (c == '"') {
        // The quotes are part of the identifier.
        take_quoted(in_, defects_);
        id += without_line_ends(text_.substr(piece_start, in_.offset() - piece_start));
      } else if (!is_blank(c)) {
        id += c;
      }
    }
    if (blanks) base::note(defects_, blank_in_id, start);
    add(std::move(id), start);
  }

  static std::string without_line_ends(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c != '\r' && c != '\n') out += c;
    }
    return out;
  }

  void add(std::string id, std::size_t start) {
    if (id.empty()) return base::note(defects_, empty_id, start);
    const auto at = id.rfind('@');
    if (at == id.npos || at == 0 || at + 1 == id.size()) base::note(defects_, id_without_at, start);
    out_.push_back(std::move(id));
  }

  /// Words count only where nothing is in brackets: else they are the phrases of old programs.
  void take_bare() {
    if (bare_.empty()) return;
    if (!out_.empty()) return base::note(defects_, phrase_in_ids, bare_.front().first);
    for (const auto& [start, end] : bare_) {
      const auto word = text_.substr(start, end - start);
      if (word.find('@') == word.npos && bare_.size() > 1) continue;
      base::note(defects_, bare_id, start);
      add(without_line_ends(word.ends_with('>') ? word.substr(0, word.size() - 1) : word), start);
    }
  }

  std::string_view text_;
  base::Scanner in_;
  base::Defects* defects_;
  std::size_t limit_;
  std::vector<std::string> out_;
  std::vector<std::pair<std::size_t, std::size_t>> bare_;
};

}  // namespace

std::vector<std::string> parse_message_ids(std::string_view text, base::Defects* defects, std::size_t limit) {
  return Reader(within_limit(text, defects), defects, limit).run();
}

}  // namespace header
