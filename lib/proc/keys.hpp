// Every key of tubepost.conf, with its default. A tool names the ones it uses in its Usage.
#pragma once

#include <span>

#include "proc/options.hpp"

namespace proc {

std::span<const Option> configuration_keys();

}  // namespace proc
