#include "codec/charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace codec {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view western = "CP1252";

struct Label {
  std::string_view label;  // letters in lower case and digits, nothing else
  std::string_view iconv;
};

// Only what is listed reaches iconv_open, which loads code by name: no label of a stranger's choice may.
constexpr Label labels[] = {
    {"latin1", western},
    {"l1", western},
    {"ibm819", western},
    {"cp819", western},
    {"latin2", "ISO-8859-2"},
    {"latin9", "ISO-8859-15"},
    {"latin0", "ISO-8859-15"},
    {"iso88598i", "ISO-8859-8"},
    {"iso88598e", "ISO-8859-8"},
    {"latin5", "CP1254"},
    {"koi8r", "KOI8-R"},
    {"koi8", "KOI8-R"},
    {"koi8u", "KOI8-U"},
    {"koi8ru", "KOI8-U"},
    {"koi8t", "KOI8-T"},
    {"cp874", "CP874"},
    {"windows874", "CP874"},
    {"tis620", "CP874"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"gb18030", "GB18030"},
    {"cp936", "GB18030"},
    {"windows936", "GB18030"},
    {"xgbk", "GB18030"},
    {"euccn", "GB18030"},
    {"eucgb2312cn", "GB18030"},  // Python's names for this and Big5
    {"big5tw", "BIG5-HKSCS"},
    {"gb231280", "GB18030"},
    {"chinese", "GB18030"},
    {"big5", "BIG5-HKSCS"},
    {"cnbig5", "BIG5-HKSCS"},
    {"xxbig5", "BIG5-HKSCS"},
    {"big5hkscs", "BIG5-HKSCS"},
    {"cp950", "CP950"},
    {"windows950", "CP950"},
    {"euctw", "EUC-TW"},
    {"iso2022cn", "ISO-2022-CN"},
    {"shiftjis", "CP932"},
    {"sjis", "CP932"},
    {"xsjis", "CP932"},
    {"mskanji", "CP932"},
    {"cp932", "CP932"},
    {"windows31j", "CP932"},
    {"eucjp", "EUC-JP-MS"},
    {"xeucjp", "EUC-JP-MS"},
    {"iso2022jp", "ISO-2022-JP-3"},
    {"iso2022jp1", "ISO-2022-JP-3"},
    {"iso2022jp2", "ISO-2022-JP-2"},
    {"iso2022jp3", "ISO-2022-JP-3"},
    {"csiso2022jp", "ISO-2022-JP-3"},
    {"ksc56011987", "UHC"},
    {"ksc5601", "UHC"},
    {"euckr", "UHC"},
    {"cp949", "UHC"},
    {"uhc", "UHC"},
    {"windows949", "UHC"},
    {"korean", "UHC"},
    {"iso2022kr", "ISO-2022-KR"},
    {"johab", "JOHAB"},
    {"macintosh", "MACINTOSH"},
    {"macroman", "MACINTOSH"},
    {"xmacroman", "MACINTOSH"},
    {"mac", "MACINTOSH"},
    {"xmaccyrillic", "MAC-CYRILLIC"},
    {"maccyrillic", "MAC-CYRILLIC"},
    {"xmacce", "MAC-CENTRALEUROPE"},
    {"viscii", "VISCII"},
    {"tcvn", "TCVN"},
    {"armscii8", "ARMSCII-8"},
    {"georgianps", "GEORGIAN-PS"},
    {"utf7", "UTF-7"},
    {"unicode11utf7", "UTF-7"},
    {"xunicode20utf7", "UTF-7"},
    {"utf16", "UTF-16"},
    {"utf16le", "UTF-16LE"},
    {"utf16be", "UTF-16BE"},
    {"unicode", "UTF-16"},
    {"utf32", "UTF-32"},
    {"utf32le", "UTF-32LE"},
    {"utf32be", "UTF-32BE"},
    {"ucs2", "UTF-16"},
    {"ansi", western},
    {"iso88591windows31latin1", western},
    {"csisolatin1", western},
    {"isoir100", western},
    {"l2", "ISO-8859-2"},
    {"csisolatin2", "ISO-8859-2"},
    {"isoir101", "ISO-8859-2"},
    {"latin3", "ISO-8859-3"},
    {"latin4", "ISO-8859-4"},
    {"cyrillic", "ISO-8859-5"},
    {"arabic", "ISO-8859-6"},
    {"ecma114", "ISO-8859-6"},
    {"greek", "ISO-8859-7"},
    {"ecma118", "ISO-8859-7"},
    {"hebrew", "ISO-8859-8"},
    {"latin6", "ISO-8859-10"},
    {"latin7", "ISO-8859-13"},
    {"latin8", "ISO-8859-14"},
    {"l9", "ISO-8859-15"},
    {"latin10", "ISO-8859-16"},
    {"ms936", "GB18030"},
    {"cngb", "GB18030"},
    {"csgb2312", "GB18030"},
    {"big5eten", "BIG5-HKSCS"},
    {"csbig5", "BIG5-HKSCS"},
    {"csshiftjis", "CP932"},
    {"cp51932", "EUC-JP-MS"},
    {"cseucpkdfmtjapanese", "EUC-JP-MS"},
    {"iso2022jpms", "ISO-2022-JP-3"},
    {"cp50220", "ISO-2022-JP-3"},
    {"cp50221", "ISO-2022-JP-3"},
    {"xwindows949", "UHC"},
    {"cseuckr", "UHC"},
    {"tscii", "TSCII"},
    {"hproman8", "HP-ROMAN8"},
    {"roman8", "HP-ROMAN8"},
    {"ptcp154", "PT154"},
    {"iso10646ucs2", "UTF-16BE"},
};

constexpr std::string_view ascii_labels[] = {
    "",         "usascii", "ascii",   "ansix341968", "ansix341986", "iso646us", "iso646", "unknown8bit",
    "xunknown", "unknown", "default", "8bit",        "us",          "ibm367",   "cp367",  "iso646irv",
    "7bit",     "none",    "binary"};
constexpr std::string_view utf8_labels[] = {"utf8",    "xutf8",     "unicode11utf8", "cp65001",
                                            "utf8mb4", "utf8nobom", "utf8sig"};

template <std::size_t N>
bool contains(const std::string_view (&list)[N], std::string_view label) {
  return std::find(std::begin(list), std::end(list), label) != std::end(list);
}

/// "ISO_8859-1" and "iso8859-1" are the same label.
std::string compact(std::string_view charset) {
  std::string out;
  for (const char c : charset.substr(0, 100)) {
    if (base::is_alnum(c)) out += base::to_lower(c);
  }
  return out;
}

constexpr int dos_pages[] = {437, 737, 775, 850, 852, 855, 857, 858, 860,
                             861, 862, 863, 864, 865, 866, 869, 1125};

/// The numbered families: ISO 8859, the code pages of Windows and of DOS. Empty: none of them.
std::string numbered(std::string_view label) {
  if (label.starts_with("iso8859")) {
    // A year may follow: "ISO_8859-1:1987".
    auto digits = label.substr(7);
    for (const std::string_view year : {"1987", "1988", "1989"}) {
      if (digits.size() > year.size() && digits.ends_with(year)) digits.remove_suffix(year.size());
    }
    const auto part = base::parse_number(digits, 16);
    if (!part || *part == 0 || *part == 12) return {};
    if (*part == 1) return std::string(western);
    if (*part == 9) return "CP1254";
    if (*part == 11) return "CP874";
    return "ISO-8859-" + std::to_string(*part);
  }
  for (const std::string_view prefix : {"windows", "cp", "win", "xcp", "xwindows", "ansi"}) {
    if (!label.starts_with(prefix)) continue;
    const auto page = base::parse_number(label.substr(prefix.size()), 1258);
    if (page && *page >= 1250) return "CP" + std::to_string(*page);
  }
  for (const std::string_view prefix : {"cp", "ibm", "dos"}) {
    if (!label.starts_with(prefix)) continue;
    const auto page = base::parse_number(label.substr(prefix.size()), 1125);
    const auto same = [&](int one) { return page && *page == static_cast<std::uint64_t>(one); };
    if (std::any_of(std::begin(dos_pages), std::end(dos_pages), same)) return "CP" + std::to_string(*page);
  }
  return {};
}

std::string iconv_name(std::string_view label) {
  const auto found = std::find_if(std::begin(labels), std::end(labels),
                                  [&](const Label& one) { return one.label == label; });
  return found == std::end(labels) ? numbered(label) : std::string(found->iconv);
}

}  // namespace

/// iconv's descriptor.
class Utf8Converter::Table {
 public:
  explicit Table(const std::string& name)
      : descriptor_(iconv_open("UTF-8", name.c_str())), unit_(unit_of(name)) {}
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table() {
    if (good()) iconv_close(descriptor_);
  }

  bool good() const { return descriptor_ != reinterpret_cast<iconv_t>(-1); }
  /// Octets to skip where no character starts.
  std::size_t unit() const { return unit_; }

  /// Converts what it can and takes it off `text`. 0: all; EINVAL: a character is not complete; EILSEQ: none
  /// starts.
  int convert(std::string_view& text, std::string& out) {
    while (!text.empty()) {
      std::array<char, 4096> buffer;
      char* in =
          const_cast<char*>(text.data());  // iconv's declaration is older than const; it does not write
      std::size_t left = text.size();
      char* to = buffer.data();
      std::size_t room = buffer.size();
      const std::size_t status = iconv(descriptor_, &in, &left, &to, &room);
      const int reason = status == static_cast<std::size_t>(-1) ? errno : 0;
      out.append(buffer.data(), buffer.size() - room);
      const bool stuck = left == text.size();
      text.remove_prefix(text.size() - left);
      if (reason == EILSEQ || reason == EINVAL) return reason;
      if (stuck) return EILSEQ;
    }
    return 0;
  }

  /// A character that a table keeps back, waiting for a combining one.
  void flush(std::string& out) {
    std::array<char, 64> buffer;
    char* to = buffer.data();
    std::size_t room = buffer.size();
    iconv(descriptor_, nullptr, nullptr, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
  }

 private:
  static std::size_t unit_of(std::string_view name) {
    return name.starts_with("UTF-16") ? 2 : name.starts_with("UTF-32") ? 4 : 1;
  }

  iconv_t descriptor_;
  std::size_t unit_;
};

Utf8Converter::Utf8Converter(bool utf8, std::unique_ptr<Table> table)
    : utf8_(utf8), table_(std::move(table)) {}
Utf8Converter::Utf8Converter(Utf8Converter&&) noexcept = default;
Utf8Converter& Utf8Converter::operator=(Utf8Converter&&) noexcept = default;
Utf8Converter::~Utf8Converter() = default;

base::Result<Utf8Converter> Utf8Converter::open(std::string_view charset) {
  const auto label = compact(charset);
  if (contains(utf8_labels, label)) return Utf8Converter(true, nullptr);
  const bool ascii = contains(ascii_labels, label);
  const auto name = ascii ? std::string(western) : iconv_name(label);
  if (name.empty()) {
    return base::fail(base::Exit::data, "charset '" + base::printable(charset, 60) + "' is not known");
  }
  auto table = std::make_unique<Table>(name);
  if (!table->good()) {
    // A confined or small system may lack iconv's tables; ASCII needs none.
    if (ascii) return Utf8Converter(true, nullptr);
    return base::fail(base::Exit::data,
                      "charset '" + base::printable(charset, 60) + "' cannot be converted here");
  }
  return Utf8Converter(ascii, std::move(table));
}

void Utf8Converter::replace(char c, std::string& out) {
  std::string_view one(&c, 1);
  if (utf8_ && table_ && table_->convert(one, out) == 0) return;
  out += replacement;
  ++replaced_;
}

std::string_view Utf8Converter::take_utf8(std::string_view text, bool last, std::string& out) {
  std::size_t good = 0;
  while (good < text.size()) {
    if (!base::is_8bit(text[good])) {
      ++good;
      continue;
    }
    const auto rest = text.substr(good);
    const auto length = base::utf8_length(rest);
    good += length;
    if (length > 0) continue;
    // Fewer than four octets may be the start of a character.
    if (rest.size() < 4 && !last) break;
    out += text.substr(0, good);
    replace(text[good], out);
    text.remove_prefix(good + 1);
    good = 0;
  }
  out += text.substr(0, good);
  return text.substr(good);
}

/// Returns what must wait for more.
std::string_view Utf8Converter::take(std::string_view text, bool last, std::string& out) {
  if (utf8_) return take_utf8(text, last, out);
  while (true) {
    const int reason = table_->convert(text, out);
    if (reason == 0) return {};
    if (reason == EINVAL && !last) return text;
    const auto skipped = std::min(text.size(), table_->unit());
    out += replacement;
    replaced_ += skipped;
    text.remove_prefix(skipped);
  }
}

void Utf8Converter::update(std::string_view chunk, std::string& out) {
  if (held_.empty()) {
    held_ = take(chunk, false, out);
    return;
  }
  held_ += chunk;
  const std::string text = std::exchange(held_, {});
  held_ = take(text, false, out);
}

void Utf8Converter::finish(std::string& out) {
  const std::string text = std::exchange(held_, {});
  take(text, true, out);
  if (!utf8_) table_->flush(out);
}

base::Result<std::string> to_utf8(std::string_view text, std::string_view charset) {
  TRY_ASSIGN(auto converter, Utf8Converter::open(charset));
  std::string out;
  converter.update(text, out);
  converter.finish(out);
  return out;
}

}  // namespace codec
