#include "serve/spool_list.hpp"

#include <algorithm>

#include "fs/output.hpp"
#include "serve/clock.hpp"
#include "serve/spool_search.hpp"
#include "serve/spool_text.hpp"

namespace serve {

namespace {

constexpr std::uint64_t longest_held_back = 50'000;  // microseconds, for which a line waits to go out

class Rows {
 public:
  Rows(const SpoolListing& listing, std::uint64_t now)
      : listing_(listing), style_{now, listing.terminal, listing.colours, listing.details} {}

  base::Result<void> begin() {
    if (listing_.order.json || listing_.mailq) return {};
    return out_.write(text_heading(style_));
  }

  base::Result<void> put(const SpoolRow& row) {
    if (listing_.mailq && ++messages_ == 1) TRY(out_.write(mailq_heading()));
    if (row.envelope) octets_ += row.envelope->length.value_or(0);
    TRY(out_.write(listing_.order.json ? json_row(row, listing_.details)
                   : listing_.mailq    ? mailq_row(row)
                                       : text_row(row, style_)));
    // The next may be long in coming: where files are read, or few names fit.
    const auto now = now_microseconds();
    if (now < flushed_ + longest_held_back && !listing_.order.selection.needs_envelope()) return {};
    flushed_ = now;
    return out_.flush();
  }

  base::Result<void> end() {
    if (listing_.mailq) TRY(out_.write(mailq_end(messages_, octets_)));
    return out_.flush();
  }

 private:
  const SpoolListing& listing_;
  SpoolStyle style_;
  fs::Output out_{1};
  std::uint64_t flushed_ = 0;
  std::size_t messages_ = 0;
  std::uint64_t octets_ = 0;
};

bool comes_first(const SpoolRow& a, const SpoolRow& b, const std::string& sort) {
  if (sort == "destination" && a.entry.destination != b.entry.destination)
    return a.entry.destination < b.entry.destination;
  if (sort != "arrived" && a.entry.due != b.entry.due) return a.entry.due < b.entry.due;
  return a.entry.id < b.entry.id;
}

}  // namespace

base::Result<int> list_spool(const SpoolListing& listing) {
  const auto now = now_seconds();
  const bool details = listing.details || listing.mailq;
  const SpoolSearch search{listing.order.spool, listing.order.selection, now, listing.in_hand, details};
  Rows rows(listing, now);
  TRY(rows.begin());
  std::vector<SpoolRow> held;
  TRY_ASSIGN(const auto outcome, search.each([&](const SpoolRow& row) -> base::Result<void> {
    if (listing.sort.empty()) return rows.put(row);
    held.push_back(row);
    return {};
  }));
  std::sort(held.begin(), held.end(),
            [&](const SpoolRow& a, const SpoolRow& b) { return comes_first(a, b, listing.sort); });
  for (const auto& row : held) TRY(rows.put(row));
  TRY(rows.end());
  return report_search(outcome);
}

}  // namespace serve
