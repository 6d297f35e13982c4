#include "imap/special_use.hpp"

#include <algorithm>
#include <iterator>

#include "base/ascii.hpp"

namespace imap {

namespace {

constexpr std::string_view uses[] = {"\\Archive", "\\Drafts", "\\Junk", "\\Sent", "\\Trash"};

}  // namespace

std::string_view known_use(std::string_view name) {
  const auto found = std::find_if(std::begin(uses), std::end(uses),
                                  [&](std::string_view use) { return base::iequals(use, name); });
  return found == std::end(uses) ? std::string_view() : *found;
}

std::string_view usual_use(std::string_view mailbox) {
  const auto found = std::find_if(std::begin(uses), std::end(uses), [&](std::string_view use) {
    return base::iequals(use.substr(1), mailbox);
  });
  return found == std::end(uses) ? std::string_view() : *found;
}

}  // namespace imap
