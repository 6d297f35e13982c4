#include "serve/reply_memory.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/lines.hpp"

namespace serve {

namespace {

bool fits(std::string_view address) {
  return !address.empty() && address.size() <= 320 &&
         std::none_of(address.begin(), address.end(), [](char c) { return base::is_control(c) || c == ' '; });
}

/// As a key; what no line can hold is kept in a form that one can.
std::string key_of(std::string_view address) {
  auto out = base::lower(address.substr(0, 320));
  for (auto& c : out) {
    if (base::is_control(c) || c == ' ') c = '_';
  }
  return out.empty() ? "_" : out;
}

}  // namespace

ReplyMemory ReplyMemory::parse(std::string_view text) {
  ReplyMemory out;
  while (!text.empty() && out.answered_.size() < most) {
    const auto line = base::trim(base::take_line(text));
    const auto blank = std::min(line.find(' '), line.size());
    const auto when = base::parse_number(line.substr(0, blank));
    const auto address = base::trim(line.substr(blank));
    if (!when || !fits(address)) continue;
    auto& last = out.answered_[base::lower(address)];
    last = std::max(last, *when);
  }
  return out;
}

bool ReplyMemory::knows(std::string_view address, std::uint64_t now, std::uint64_t interval) const {
  const auto found = answered_.find(key_of(address));
  return found != answered_.end() && (found->second > now || now - found->second < interval);
}

void ReplyMemory::add(std::string_view address, std::uint64_t now, std::uint64_t interval) {
  std::erase_if(answered_, [&](const auto& one) { return one.second < now && now - one.second >= interval; });
  const auto key = key_of(address);
  if (answered_.size() >= most && answered_.count(key) == 0)
    answered_.erase(std::min_element(answered_.begin(), answered_.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; }));
  answered_[key] = now;
}

std::string ReplyMemory::text() const {
  std::string out;
  for (const auto& [address, when] : answered_) out += std::to_string(when) + " " + address + "\n";
  return out;
}

}  // namespace serve
