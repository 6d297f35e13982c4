#include "maildir/snapshot.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/ascii.hpp"
#include "maildir/checksum.hpp"

namespace maildir {

namespace {

// Where the columns begin; a blank stands between them.
constexpr std::size_t at_modseq = 11;
constexpr std::size_t at_date = at_modseq + 17;
constexpr std::size_t at_saved = at_date + 11;
constexpr std::size_t at_size = at_saved + 11;
constexpr std::size_t at_id = at_size + 11;
constexpr std::size_t at_letters = at_id + 17;
constexpr std::size_t at_words = at_letters + 6;
constexpr std::size_t at_name = at_words + 7;
constexpr std::size_t at_sum = at_name + 11;
static_assert(at_sum + checksum_width + 1 == row_width);

constexpr std::string_view letters = "DFRST";
constexpr unsigned flag_of[] = {16, 4, 2, 1, 8};  // as Flag has them

/// Eight octets, the first of them the lowest.
std::uint64_t eight(const char* at) {
  std::uint64_t out = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&out, at, sizeof out);
  } else {
    for (unsigned i = 0; i < 8; ++i)
      out |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
  }
  return out;
}

/// In a few steps: two numbers of one digit become one of two, and so on.
std::uint64_t eight_digits(const char* at) {
  std::uint64_t out = eight(at) & 0x0F0F0F0F0F0F0F0F;
  out = (out * 10 + (out >> 8)) & 0x00FF00FF00FF00FF;
  out = (out * 100 + (out >> 16)) & 0x0000FFFF0000FFFF;
  return (out * 10000 + (out >> 32)) & 0xFFFFFFFF;
}

std::uint64_t digits(std::string_view text, std::size_t at, std::size_t width) {
  std::uint64_t out = 0;
  const auto end = at + width;
  for (; at + 8 <= end; at += 8) out = out * 100'000'000 + eight_digits(text.data() + at);
  for (; at < end; ++at) out = out * 10 + static_cast<std::uint64_t>((text[at] - '0') & 15);
  return out;
}

/// The same with hexadecimal digits: a letter is its low four bits and nine. `width`: 8 or 16.
std::uint64_t hex(std::string_view text, std::size_t at, std::size_t width) {
  std::uint64_t out = 0;
  for (const auto end = at + width; at < end; at += 8) {
    auto part = eight(text.data() + at);
    part = (part & 0x0F0F0F0F0F0F0F0F) + 9 * (part >> 6 & 0x0101010101010101);
    part = (part << 4 | part >> 8) & 0x00FF00FF00FF00FF;
    part = (part << 8 | part >> 16) & 0x0000FFFF0000FFFF;
    out = out << 32 | ((part << 16 | part >> 32) & 0xFFFFFFFF);
  }
  return out;
}

/// A constant base is no division.
template <std::uint64_t base_of_digits = 10>
void put(std::string& out, std::uint64_t value, std::size_t width) {
  char text[] = "0000000000000000";
  text[width] = ' ';
  for (std::size_t i = width; i-- > 0 && value != 0; value /= base_of_digits)
    text[i] = "0123456789abcdef"[value % base_of_digits];
  out.append(text, width + 1);
}

}  // namespace

std::string modseq_text(std::uint64_t modseq) {
  std::string out;
  put(out, std::min(modseq, largest_modseq), 16);
  out.pop_back();
  return out;
}

void write_row(const Entry& entry, std::string& rows, std::string& names) {
  const auto at = rows.size();
  put(rows, entry.uid, 10);
  put(rows, std::min(entry.modseq, largest_modseq), 16);
  put(rows, std::min(entry.date, largest_number), 10);
  put(rows, std::min(entry.saved, largest_number), 10);
  if (entry.size > largest_number) {
    rows += "---------- ";
  } else {
    put(rows, entry.size, 10);
  }
  put<16>(rows, entry.id, 16);
  for (std::size_t i = 0; i < letters.size(); ++i)
    rows += (entry.system & flag_of[i]) != 0 ? letters[i] : '-';
  rows += ' ';
  put(rows, entry.words, 6);
  put(rows, names.size(), 10);
  names += entry.place;
  put<16>(rows, crc(entry.place, crc(std::string_view(rows).substr(at))), checksum_width);
  rows.back() = '\n';
  names += '\n';
}

std::uint32_t Snapshot::uid(std::size_t row) const {
  return static_cast<std::uint32_t>(digits(rows_, row * row_width, 10));
}

std::string_view Snapshot::modseq_text(std::size_t row) const {
  return rows_.substr(row * row_width + at_modseq, 16);
}

std::string_view Snapshot::name(std::size_t row) const {
  const auto at = digits(rows_, row * row_width + at_name, 10);
  if (at >= names_.size()) return {};
  const auto rest = names_.substr(at, place_limit);
  return rest.substr(0, rest.find('\n'));
}

bool Snapshot::is_good(std::size_t row) const {
  const auto line = text(row);
  const auto sum = line.substr(at_sum, checksum_width);
  const bool is_sum = std::all_of(sum.begin(), sum.end(), [](char c) { return base::hex_value(c) >= 0; });
  return is_sum && line.back() == '\n' &&
         crc(name(row), crc(line.substr(0, at_sum))) == hex(line, at_sum, checksum_width);
}

unsigned Snapshot::system(std::size_t row) const {
  const char* at = rows_.data() + row * row_width + at_letters;
  unsigned out = 0;
  for (std::size_t i = 0; i < letters.size(); ++i) out |= at[i] == letters[i] ? flag_of[i] : 0;
  return out;
}

Entry Snapshot::entry(std::size_t row) const {
  const auto line = text(row);
  Entry out;
  out.uid = uid(row);
  out.modseq = digits(line, at_modseq, 16);
  out.date = digits(line, at_date, 10);
  out.saved = digits(line, at_saved, 10);
  out.size = line[at_size] == '-' ? unknown_size : digits(line, at_size, 10);
  out.id = hex(line, at_id, 16);
  out.system = system(row);
  out.words = static_cast<std::uint32_t>(digits(line, at_words, 6));
  out.place = name(row);
  return out;
}

}  // namespace maildir
