// Every key of tubepost.conf, with its default. A tool names the ones it uses in its Usage.
#pragma once

#include <span>
#include <string_view>

#include "proc/options.hpp"

namespace proc {

std::span<const Option> configuration_keys();

/// The default of the key counts, which is no error where it cannot be had.
std::string_view standard_counts();

}  // namespace proc
