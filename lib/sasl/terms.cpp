#include "sasl/terms.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace sasl {

namespace {

enum class Needs { nothing, binding, identity };

struct Row {
  std::string_view name;
  Needs needs;
};

constexpr Row rows[] = {{"SCRAM-SHA-256-PLUS", Needs::binding},
                        {"SCRAM-SHA-256", Needs::nothing},
                        {"EXTERNAL", Needs::identity},
                        {"OAUTHBEARER", Needs::nothing},
                        {"XOAUTH2", Needs::nothing},
                        {"PLAIN", Needs::nothing},
                        {"LOGIN", Needs::nothing}};

bool fits(Needs needs, const Terms& terms) {
  switch (needs) {
    case Needs::binding:
      return !terms.exporter.empty() || !terms.end_point.empty();
    case Needs::identity:
      return !terms.identity.empty();
    case Needs::nothing:
      break;
  }
  return true;
}

const Row* find(std::string_view name) {
  const auto* found = std::find_if(std::begin(rows), std::end(rows),
                                   [&](const Row& row) { return base::iequals(row.name, name); });
  return found == std::end(rows) ? nullptr : found;
}

}  // namespace

bool is_mechanism(std::string_view name) {
  return find(name) != nullptr;
}

bool offers(const Terms& terms, std::string_view name) {
  const auto* row = find(name);
  const auto& allowed = terms.mechanisms;
  return row != nullptr && terms.secret && fits(row->needs, terms) &&
         std::find(allowed.begin(), allowed.end(), row->name) != allowed.end();
}

std::vector<std::string> offered(const Terms& terms) {
  std::vector<std::string> out;
  for (const auto& name : terms.mechanisms) {
    if (offers(terms, name)) out.push_back(name);
  }
  return out;
}

}  // namespace sasl
