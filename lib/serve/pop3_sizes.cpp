#include "serve/pop3_sizes.hpp"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "maildir/entry.hpp"

namespace serve {

namespace {

constexpr std::size_t file_limit = std::size_t{256} << 20;

std::string path_in(const std::string& maildir) {
  return maildir + "/tubepost-pop3-sizes";
}

std::uint32_t checksum(std::string_view text) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

void append_line(std::string& out, std::string_view base, std::uint64_t size) {
  if (base.find('\n') == std::string::npos)
    out.append(std::to_string(size)).append(1, ' ').append(base) += '\n';
}

std::string with_checksum(const std::string& lines) {
  return std::to_string(checksum(lines)) + "\n" + lines;
}

}  // namespace

std::string format_sizes(const Sizes& sizes) {
  std::string lines;
  for (const auto& [base, size] : sizes) append_line(lines, base, size);
  return with_checksum(lines);
}

Sizes parse_sizes(std::string_view text) {
  Sizes out;
  const auto sum = base::parse_number(take_line(text), UINT32_MAX);
  if (!sum || *sum != checksum(text)) return out;
  while (!text.empty()) {
    const auto line = take_line(text);
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
  const auto file = fs::open(made, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
  if (!file) return;
  if (!fs::write_all(file->get(), with_checksum(current_)) ||
      std::rename(made.c_str(), path_in(maildir_).c_str()) != 0)
    unlink(made.c_str());
}

}  // namespace serve
