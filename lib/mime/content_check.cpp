#include "mime/content_check.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "mime/rules.hpp"

namespace mime {

namespace {

constexpr std::size_t line_limit = 998;  // RFC 5322 section 2.1.1

/// The first line that breaks a rule of lines.
class LineCheck {
 public:
  LineCheck(std::size_t start, bool crlf, base::Defects& defects)
      : start_(start), crlf_(crlf), defects_(defects) {}

  void run(std::string_view body) {
    for (std::size_t at = 0; at < body.size();) {
      const auto found = body.find('\n', at);
      const bool ended = found != body.npos;
      auto line = body.substr(at, ended ? found - at : body.npos);
      const bool with_cr = ended && line.ends_with('\r');
      if (with_cr) line.remove_suffix(1);
      if (ended && with_cr != crlf_) once(mixed_, mixed_line_ends, at + line.size());
      if (line.size() > line_limit) once(long_, long_line, at);
      if (!bare_) check_cr(line, at);
      at = ended ? found + 1 : body.size();
    }
  }

 private:
  void check_cr(std::string_view line, std::size_t at) {
    const auto cr = line.find('\r');
    if (cr != line.npos) once(bare_, bare_cr, at + cr);
  }

  void once(bool& done, const Rule& rule, std::size_t at) {
    if (!done) defects_.add(rule, start_ + at);
    done = true;
  }

  std::size_t start_;
  bool crlf_;
  base::Defects& defects_;
  bool mixed_ = false;
  bool long_ = false;
  bool bare_ = false;
};

}  // namespace

void check_content(std::string_view message, const PartView& part, bool crlf, base::Defects& defects) {
  if (part.has_parts() || part.encoding == "binary" || part.uuencoded) return;
  const auto body = part.raw(message);
  LineCheck(part.body, crlf, defects).run(body);
  if (const auto at = body.find('\0'); at != body.npos) defects.add(nul, part.body + at);
  if (part.encoding == "8bit") return;
  const auto high = std::find_if(body.begin(), body.end(), base::is_8bit);
  if (high != body.end())
    defects.add(undeclared_8bit, part.body + static_cast<std::size_t>(high - body.begin()));
}

}  // namespace mime
