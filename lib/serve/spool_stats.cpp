#include "serve/spool_stats.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/ascii.hpp"
#include "base/json.hpp"
#include "fs/fd.hpp"
#include "serve/clock.hpp"
#include "serve/spool_search.hpp"
#include "serve/spool_text.hpp"

namespace serve {

namespace {

constexpr std::size_t most_destinations = 10;
constexpr std::array<std::string_view, 4> states = {"ready", "active", "deferred", "held"};
constexpr std::array<std::uint64_t, 6> ages = {300,    3600,       6 * 3600,
                                               86'400, 3 * 86'400, UINT64_MAX};  // seconds

struct Destination {
  std::string domain;
  std::size_t messages = 0;
  std::uint64_t oldest = UINT64_MAX;  // seconds since 1970
};

struct Numbers {
  std::size_t messages = 0;
  std::array<std::size_t, states.size()> by_state = {};
  std::array<std::size_t, ages.size()> by_age = {};
  std::unordered_map<std::string, Destination> by_destination;

  void count(const SpoolRow& row, std::uint64_t now) {
    ++messages;
    ++by_state[static_cast<std::size_t>(std::find(states.begin(), states.end(), row.state) - states.begin())];
    const auto age = now > row.arrived ? now - row.arrived : 0;
    ++by_age[static_cast<std::size_t>(std::upper_bound(ages.begin(), ages.end(), age) - ages.begin())];
    auto& destination = by_destination[row.entry.destination];
    ++destination.messages;
    destination.oldest = std::min(destination.oldest, row.arrived);
  }

  std::vector<Destination> top() const {
    std::vector<Destination> out;
    for (const auto& [domain, one] : by_destination) out.push_back({domain, one.messages, one.oldest});
    const auto middle = out.begin() + static_cast<std::ptrdiff_t>(std::min(out.size(), most_destinations));
    std::partial_sort(out.begin(), middle, out.end(), [](const Destination& a, const Destination& b) {
      return a.messages != b.messages ? a.messages > b.messages : a.domain < b.domain;
    });
    out.erase(middle, out.end());
    return out;
  }
};

std::string line(std::string name, std::size_t number) {
  auto count = std::to_string(number);
  if (name.size() < 30) name.append(30 - name.size(), ' ');
  if (count.size() < 9) count.insert(0, 9 - count.size(), ' ');
  return name + " " + count;
}

std::string as_text(const Numbers& numbers, std::uint64_t now) {
  std::string out = line("messages", numbers.messages) + "\n";
  for (std::size_t i = 0; i < states.size(); ++i)
    out += line("  " + std::string(states[i]), numbers.by_state[i]) + "\n";
  out += "age\n";
  for (std::size_t i = 0; i < ages.size(); ++i) {
    const auto name = i + 1 < ages.size() ? "  under " + span_text(ages[i]) : std::string("  older");
    out += line(name, numbers.by_age[i]) + "\n";
  }
  out += line("destinations", numbers.by_destination.size()) + "\n";
  for (const auto& one : numbers.top())
    out += line("  " + base::printable(one.domain), one.messages) + "  oldest " +
           span_text(now > one.oldest ? now - one.oldest : 0) + "\n";
  return out;
}

std::string as_json(const Numbers& numbers) {
  std::string out = "{\"messages\":" + std::to_string(numbers.messages) + ",\"states\":{";
  for (std::size_t i = 0; i < states.size(); ++i)
    out += (i == 0 ? "\"" : ",\"") + std::string(states[i]) + "\":" + std::to_string(numbers.by_state[i]);
  out += "},\"ages\":[";
  for (std::size_t i = 0; i < ages.size(); ++i)
    out += (i == 0 ? "{\"under\":" : ",{\"under\":") +
           (i + 1 < ages.size() ? std::to_string(ages[i]) : "null") +
           ",\"messages\":" + std::to_string(numbers.by_age[i]) + "}";
  out += "],\"destinations\":[";
  for (const auto& one : numbers.top()) {
    out += out.ends_with('[') ? "{\"domain\":" : ",{\"domain\":";
    base::put_json(out, one.domain);
    out +=
        ",\"messages\":" + std::to_string(one.messages) + ",\"oldest\":" + std::to_string(one.oldest) + "}";
  }
  return out + "]}\n";
}

}  // namespace

base::Result<int> count_spool(const SpoolOrder& order, std::unordered_set<std::uint64_t> in_hand) {
  const auto now = now_seconds();
  const SpoolSearch search{order.spool, order.selection, now, std::move(in_hand), false};
  Numbers numbers;
  TRY_ASSIGN(const auto outcome, search.each([&](const SpoolRow& row) -> base::Result<void> {
    numbers.count(row, now);
    return {};
  }));
  TRY(fs::write_all(1, order.json ? as_json(numbers) : as_text(numbers, now)));
  return report_search(outcome);
}

}  // namespace serve
