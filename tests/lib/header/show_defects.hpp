// Defects as text for the tables of tests: "name@offset name@offset".
#pragma once

#include <string>

#include "base/defect.hpp"

inline std::string show(const base::Defects& defects) {
  std::string out;
  for (const auto& one : defects.list()) {
    if (!out.empty()) out += ' ';
    out += std::string(one.rule->name) + "@" + std::to_string(one.offset);
  }
  return out;
}
