#include "mime/content_check.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "mime/rules.hpp"

namespace mime {

namespace {

constexpr std::size_t line_limit = 998;  // RFC 5322 section 2.1.1

/// The first octets that break each rule, over the pieces that a part's own body is made of.
class BodyCheck {
 public:
  BodyCheck(std::string_view message, bool crlf, bool may_be_8bit, base::Defects& defects)
      : message_(message), crlf_(crlf), high_(may_be_8bit), defects_(defects) {}

  void run(std::size_t start, std::size_t end) {
    const auto body = message_.substr(start, end - start);
    lines(body, start);
    if (!nul_) found(nul_, mime::nul, start, body.find('\0'));
    if (high_) return;
    const auto high = std::find_if(body.begin(), body.end(), base::is_8bit);
    if (high != body.end())
      found(high_, undeclared_8bit, start, static_cast<std::size_t>(high - body.begin()));
  }

 private:
  void lines(std::string_view body, std::size_t start) {
    for (std::size_t at = 0; at < body.size();) {
      const auto end = body.find('\n', at);
      const bool ended = end != body.npos;
      auto line = body.substr(at, ended ? end - at : body.npos);
      const bool with_cr = ended && line.ends_with('\r');
      if (with_cr) line.remove_suffix(1);
      if (ended && with_cr != crlf_) found(mixed_, mixed_line_ends, start, at + line.size());
      if (line.size() > line_limit) found(long_, long_line, start, at);
      if (!bare_) {
        const auto cr = line.find('\r');
        found(bare_, bare_cr, start, cr == line.npos ? cr : at + cr);
      }
      at = ended ? end + 1 : body.size();
    }
  }

  void found(bool& before, const Rule& rule, std::size_t start, std::size_t at) {
    if (before || at == std::string_view::npos) return;
    before = true;
    defects_.add(rule, start + at);
  }

  std::string_view message_;
  bool crlf_;
  bool mixed_ = false;
  bool long_ = false;
  bool bare_ = false;
  bool nul_ = false;
  bool high_;
  base::Defects& defects_;
};

}  // namespace

void check_content(std::string_view message, const PartView& part, bool crlf, base::Defects& defects) {
  if (part.encoding == "binary" || part.uuencoded) return;
  if (part.has_parts() && !part.is_multipart()) return;
  BodyCheck check(message, crlf, part.encoding == "8bit", defects);
  auto at = part.body;
  for (const auto& child : part.entity->children) {
    check.run(at, std::max(at, child.header));
    at = child.end;
  }
  check.run(at, std::max(at, part.end));
}

}  // namespace mime
