#include "serve/send_rates.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace serve {

namespace {

constexpr std::uint64_t most_messages = 1'000'000;
constexpr std::uint64_t most_seconds = 86'400;

}  // namespace

base::Result<SendRates> SendRates::parse(const std::vector<std::string>& lines) {
  SendRates out;
  for (const auto& line : lines) {
    const auto blank = std::min(line.find_first_of(" \t"), line.size());
    const auto number = std::min(line.find_first_not_of(" \t", blank), line.size());
    const auto slash = std::min(line.find('/', number), line.size());
    const auto count = base::parse_number(line.substr(number, slash - number), most_messages);
    const auto seconds = base::parse_number(line.substr(std::min(slash + 1, line.size())), most_seconds);
    if (blank == 0 || !count || *count == 0 || !seconds || *seconds == 0)
      return base::fail(base::Exit::configuration,
                        "'" + base::printable(line, 100) + "' is not 'DOMAIN N/SECONDS'");
    out.intervals_[base::lower(line.substr(0, blank))] =
        std::max<std::uint64_t>(1, *seconds * 1'000'000 / *count);
  }
  return out;
}

std::uint64_t SendRates::interval(std::string_view domain) const {
  if (intervals_.empty()) return 0;
  const auto name = base::lower(domain);
  if (const auto found = intervals_.find(name); found != intervals_.end()) return found->second;
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    if (const auto found = intervals_.find(name.substr(dot)); found != intervals_.end()) return found->second;
  }
  const auto others = intervals_.find("*");
  return others == intervals_.end() ? 0 : others->second;
}

}  // namespace serve
