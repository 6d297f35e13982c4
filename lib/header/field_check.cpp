#include "header/field_check.hpp"

#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace header {

namespace {

constexpr std::size_t line_limit = 998;

class Check {
 public:
  Check(const Field& field, std::size_t offset, base::Defects& defects)
      : field_(field), offset_(offset), defects_(defects) {}

  void run() {
    name();
    lines();
    octets();
  }

 private:
  void note(const base::Rule& rule, std::size_t at) { defects_.add(rule, offset_ + at); }

  void name() {
    if (field_.name.empty()) {
      note(offset_ == 0 && field_.text.starts_with("From ") ? mbox_line : not_a_field, 0);
    } else if (field_.text[field_.name.size()] != ':') {
      note(blank_before_colon, field_.name.size());
    }
  }

  void lines() {
    bool is_long = false;
    bool is_blank = false;
    for (std::size_t start = 0; start < field_.text.size();) {
      const auto end = std::min(field_.text.find('\n', start), field_.text.size());
      auto line = field_.text.substr(start, end - start);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.size() > line_limit && !is_long) note(long_line, start);
      is_long = is_long || line.size() > line_limit;
      const bool blank = start > 0 && base::trim(line).empty();
      if (blank && !is_blank) note(blank_fold, start);
      is_blank = is_blank || blank;
      start = end + 1;
    }
  }

  void octets() {
    const auto text = field_.text;
    const auto nul = text.find('\0');
    if (nul != text.npos) note(header_nul, nul);
    for (auto cr = text.find('\r'); cr != text.npos; cr = text.find('\r', cr + 1)) {
      if (cr + 1 < text.size() && text[cr + 1] == '\n') continue;
      note(header_bare_cr, cr);
      break;
    }
    const auto control = std::find_if(text.begin(), text.end(), [](char c) {
      return base::is_control(c) && c != '\0' && c != '\r' && c != '\n' && c != '\t';
    });
    if (control != text.end()) note(header_control, static_cast<std::size_t>(control - text.begin()));
    const auto high = std::find_if(text.begin(), text.end(), base::is_8bit);
    if (high != text.end()) {
      note(base::is_utf8(text) ? raw_utf8 : raw_8bit, static_cast<std::size_t>(high - text.begin()));
    }
  }

  const Field& field_;
  std::size_t offset_;
  base::Defects& defects_;
};

}  // namespace

void check_field(const Field& field, std::size_t offset, base::Defects& defects) {
  Check(field, offset, defects).run();
}

}  // namespace header
