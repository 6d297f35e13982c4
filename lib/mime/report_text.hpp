// The part of a delivery report that a person reads: what happened, to whom, what comes next, what to do.
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "mime/report.hpp"

namespace mime {

/// Lines of plain text in UTF-8. `subject` is that of the message, decoded; empty: it has none.
std::string report_text(const Report& report, std::string_view subject);

/// What the report's own Subject says before that of the message: "Not delivered".
std::string_view report_title(const Report& report);

}  // namespace mime
