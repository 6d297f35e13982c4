// What a shell needs to complete a tool's command line, made from the table that --help is made of.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "proc/options.hpp"

namespace proc {

/// A script for "bash" or "zsh"; Exit::usage for any other. An option's value is completed as a file when it
/// is called FILE, as a directory when DIR, as a command when PROGRAM, from the words themselves when it
/// reads "yes|no"; what is not an option as a command of the tool, or where it has none as a file.
base::Result<std::string> completion(const Usage& usage, std::string_view shell);

}  // namespace proc
