#include "serve/pop3_sizes.hpp"

#include <unistd.h>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "fs/replace_file.hpp"
#include "maildir/checksum.hpp"
#include "maildir/entry.hpp"

namespace serve {

namespace {

constexpr std::size_t file_limit = std::size_t{256} << 20;

std::string path_in(const std::string& maildir) {
  return maildir + "/tubepost-pop3-sizes";
}

void append_line(std::string& out, std::string_view base, std::uint64_t size) {
  if (base.find('\n') == std::string::npos)
    out.append(std::to_string(size)).append(1, ' ').append(base) += '\n';
}

std::string with_checksum(const std::string& lines) {
  return std::to_string(maildir::crc(lines)) + "\n" + lines;
}

}  // namespace

std::string format_sizes(const Sizes& sizes) {
  std::string lines;
  for (const auto& [base, size] : sizes) append_line(lines, base, size);
  return with_checksum(lines);
}

Sizes parse_sizes(std::string_view text) {
  Sizes out;
  const auto sum = base::parse_number(base::take_line(text), UINT32_MAX);
  if (!sum || *sum != maildir::crc(text)) return out;
  while (!text.empty()) {
    const auto line = base::take_line(text);
    const auto blank = line.find(' ');
    const auto size = base::parse_number(line.substr(0, blank));
    if (!size || blank == line.npos) return {};
    out.emplace_back(line.substr(blank + 1), *size);
  }
  return out;
}

Pop3Sizes::Pop3Sizes(std::string maildir) : maildir_(std::move(maildir)) {}

std::optional<std::uint64_t> Pop3Sizes::find(std::string_view base) {
  if (!read_) {
    read_ = true;
    auto text = maildir::read_file(path_in(maildir_), file_limit);
    if (text) text_ = std::move(*text);
    known_ = parse_sizes(text_);
  }
  while (next_ < known_.size() && known_[next_].first < base) ++next_;
  if (next_ == known_.size() || known_[next_].first != base) return std::nullopt;
  append_line(current_, base, known_[next_].second);
  return known_[next_].second;
}

void Pop3Sizes::add(std::string_view base, std::uint64_t size) {
  append_line(current_, base, size);
  changed_ = true;
}

void Pop3Sizes::keep() {
  if (!changed_) return;
  const auto made = maildir_ + "/tmp/" + std::to_string(getpid()) + ".tubepost-pop3-sizes";
  (void)fs::replace_file(made, path_in(maildir_), {with_checksum(current_)}, fs::Durability::none);
}

}  // namespace serve
