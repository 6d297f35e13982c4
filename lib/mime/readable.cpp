#include "mime/readable.hpp"

#include <algorithm>

namespace mime {

namespace {

/// Reports are text that a person can read, whatever their type says.
bool is_readable(const PartView& part) {
  return part.disposition != "attachment" &&
         (part.is_text() || part.type == "message/delivery-status" ||
          part.type == "message/global-delivery-status" || part.type == "message/disposition-notification");
}

class Chooser {
 public:
  explicit Chooser(const std::vector<PartView>& parts) : parts_(parts) {}

  std::vector<std::size_t> of(std::size_t at) const {
    const auto& part = parts_[at];
    if (!part.has_parts()) return is_readable(part) ? std::vector{at} : std::vector<std::size_t>();
    const auto& subtype = part.entity->type.subtype;
    if (part.is_multipart() && subtype == "alternative") return best(at);
    std::vector<std::size_t> out;
    if (!part.is_multipart()) out.push_back(at);
    const auto end = end_of(at);
    for (auto child = at + 1; child < end; child = end_of(child)) {
      const auto inner = of(child);
      out.insert(out.end(), inner.begin(), inner.end());
      if (part.is_multipart() && (subtype == "related" || subtype == "signed")) break;
    }
    return out;
  }

 private:
  std::vector<std::size_t> best(std::size_t at) const {
    std::vector<std::size_t> out;
    const auto end = end_of(at);
    for (auto child = at + 1; child < end; child = end_of(child)) {
      auto inner = of(child);
      if (inner.empty()) continue;
      out = std::move(inner);
      if (std::all_of(out.begin(), out.end(), [&](std::size_t i) { return parts_[i].type == "text/plain"; }))
        break;
    }
    return out;
  }

  /// Behind everything that this part holds.
  std::size_t end_of(std::size_t at) const {
    auto end = at + 1;
    while (end < parts_.size() && parts_[end].depth > parts_[at].depth) ++end;
    return end;
  }

  const std::vector<PartView>& parts_;
};

}  // namespace

std::vector<std::size_t> readable_parts(const std::vector<PartView>& parts) {
  return parts.empty() ? std::vector<std::size_t>() : Chooser(parts).of(0);
}

}  // namespace mime
