// What lines (serve/lines.hpp) are called.
#pragma once

#include <string>
#include <string_view>

namespace serve {

/// The line of mail for this host: for one user, or for nobody in particular.
std::string local_line(std::string_view user = {});
bool is_local(std::string_view line);
/// Beside it, the line of what takes as long as that user likes: his programs above all.
std::string errand_line(std::string_view local_line);
bool is_errand(std::string_view line);

/// The host of `host:port`, `[address]:port` or a domain.
std::string_view host_of(std::string_view line);

}  // namespace serve
