#include "imap/sequence_set.hpp"

#include <algorithm>

#include "base/scanner.hpp"

namespace imap {

namespace {

constexpr std::size_t ranges_limit = 10'000;

base::Result<std::uint32_t> take_number(base::Scanner& in) {
  if (in.take('*')) return std::uint32_t{0};
  const auto value = base::parse_number(in.take_while(base::is_digit), UINT32_MAX);
  if (!value || *value == 0) return base::fail(base::Exit::data, "a set like 1:3,7,9:* expected");
  return static_cast<std::uint32_t>(*value);
}

}  // namespace

base::Result<SequenceSet> SequenceSet::parse(std::string_view text) {
  SequenceSet out;
  out.saved_ = text == "$";
  if (out.saved_) return out;
  base::Scanner in(text);
  do {
    if (out.ranges_.size() >= ranges_limit)
      return base::fail(base::Exit::data, "the set has too many ranges");
    TRY_ASSIGN(const auto first, take_number(in));
    std::uint32_t last = first;
    if (in.take(':')) {
      TRY_ASSIGN(last, take_number(in));
    }
    out.ranges_.emplace_back(first, last);
  } while (in.take(','));
  if (!in.done()) return base::fail(base::Exit::data, "a set like 1:3,7,9:* expected");
  return out;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> SequenceSet::ranges(std::uint32_t largest) const {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sorted;
  for (auto [first, last] : ranges_) {
    if (first == 0) first = largest;
    if (last == 0) last = largest;
    sorted.emplace_back(std::min(first, last), std::max(first, last));
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  for (const auto& range : sorted) {
    if (!out.empty() && range.first <= out.back().second) {
      out.back().second = std::max(out.back().second, range.second);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

bool SequenceSet::contains(std::uint32_t number, std::uint32_t largest) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const auto& range) {
    const auto first = range.first == 0 ? largest : range.first;
    const auto last = range.second == 0 ? largest : range.second;
    return number >= std::min(first, last) && number <= std::max(first, last);
  });
}

bool SequenceSet::has_largest() const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [](const auto& range) { return range.first == 0 || range.second == 0; });
}

std::string format_set(std::vector<std::uint32_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;
  for (const auto number : numbers) {
    if (!ranges.empty() && number == ranges.back().second + 1)
      ranges.back().second = number;
    else
      ranges.emplace_back(number, number);
  }
  return format_ranges(ranges);
}

std::string format_ranges(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& ranges) {
  std::string out;
  for (const auto& [first, last] : ranges) {
    if (!out.empty()) out += ',';
    out += std::to_string(first);
    if (last != first) out += ":" + std::to_string(last);
  }
  return out;
}

std::pair<std::size_t, std::size_t> Window::places(std::size_t size) const {
  if (first > size) return {0, 0};
  const std::size_t end = std::min<std::size_t>(last, size);
  return from_end ? std::pair(size - end, size - first + 1) : std::pair(std::size_t{first} - 1, end);
}

std::string format_window(const Window& window) {
  const std::string sign = window.from_end ? "-" : "";
  return sign + std::to_string(window.first) + ":" + sign + std::to_string(window.last);
}

}  // namespace imap
