// How messages of the spool are shown: a line for a person or a program, JSON, and the old mailq. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "serve/spool_search.hpp"

namespace serve {

/// "2026-11-21T17:10:00Z"; times that no calendar has are "-".
std::string iso_time(std::uint64_t seconds);

/// In at most two units: "45s", "12m", "3h5m", "2d".
std::string span_text(std::uint64_t seconds);

struct SpoolStyle {
  std::uint64_t now = 0;  // seconds since 1970
  bool terminal = false;  // times are told by how far they are, and there is a heading
  bool colours = false;
  bool details = false;
};

/// The heading; empty where there is none.
std::string text_heading(const SpoolStyle& style);

/// Whole lines.
std::string text_row(const SpoolRow& row, const SpoolStyle& style);

/// One line. `all_notes`: of each recipient not only the last.
std::string json_row(const SpoolRow& row, bool details, bool all_notes = false);

/// As Postfix's mailq has it: `*` somebody is at it, `!` held. Recipients who are served are left out.
std::string mailq_heading();
std::string mailq_row(const SpoolRow& row);
std::string mailq_end(std::size_t messages, std::uint64_t octets);

}  // namespace serve
