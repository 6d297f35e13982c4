#include "imap/sequence_set.hpp"

#include <algorithm>

#include "base/scanner.hpp"

namespace imap {

namespace {

constexpr std::size_t ranges_limit = 10'000;

SequenceSet::Ranges merged(SequenceSet::Ranges ranges) {
  std::sort(ranges.begin(), ranges.end());
  SequenceSet::Ranges out;
  for (const auto& range : ranges) {
    if (!out.empty() && range.first <= out.back().second) {
      out.back().second = std::max(out.back().second, range.second);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

base::Result<std::uint32_t> take_number(base::Scanner& in) {
  if (in.take('*')) return std::uint32_t{0};
  const auto value = base::parse_number(in.take_while(base::is_digit), UINT32_MAX);
  if (!value || *value == 0) return base::fail(base::Exit::data, "a set like 1:3,7,9:* expected");
  return static_cast<std::uint32_t>(*value);
}

}  // namespace

void SequenceSet::put(std::uint32_t first, std::uint32_t last) {
  if (first != 0 && last != 0) {
    ranges_.emplace_back(std::min(first, last), std::max(first, last));
    return;
  }
  // All of these hold the largest number, so they are one.
  if (!open_) open_ = {UINT32_MAX, 0};
  const auto other = std::max(first, last);
  if (other != 0) open_ = {std::min(open_->first, other), std::max(open_->second, other)};
}

base::Result<SequenceSet> SequenceSet::parse(std::string_view text) {
  SequenceSet out;
  out.saved_ = text == "$";
  if (out.saved_) return out;
  base::Scanner in(text);
  std::size_t count = 0;
  do {
    if (++count > ranges_limit) return base::fail(base::Exit::data, "the set has too many ranges");
    TRY_ASSIGN(const auto first, take_number(in));
    std::uint32_t last = first;
    if (in.take(':')) {
      TRY_ASSIGN(last, take_number(in));
    }
    out.put(first, last);
  } while (in.take(','));
  if (!in.done()) return base::fail(base::Exit::data, "a set like 1:3,7,9:* expected");
  out.ranges_ = merged(std::move(out.ranges_));
  return out;
}

SequenceSet::Ranges SequenceSet::ranges(std::uint32_t largest) const {
  auto out = ranges_;
  if (!open_) return out;
  out.emplace_back(std::min(open_->first, largest), std::max(open_->second, largest));
  return merged(std::move(out));
}

bool SequenceSet::contains(std::uint32_t number, std::uint32_t largest) const {
  if (open_ && number >= std::min(open_->first, largest) && number <= std::max(open_->second, largest))
    return true;
  const auto behind =
      std::upper_bound(ranges_.begin(), ranges_.end(), number,
                       [](std::uint32_t wanted, const auto& range) { return wanted < range.first; });
  return behind != ranges_.begin() && number <= std::prev(behind)->second;
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
