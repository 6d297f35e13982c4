// The header of a message that comes on a descriptor.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "header/field.hpp"

namespace serve {

/// At most its first MiB, with LF line ends and without the empty line behind it. The whole message is read,
/// as who writes it must not find the pipe closed.
base::Result<std::string> read_head(int descriptor);

/// The one address of its Return-Path; else nothing.
std::string return_path(const std::vector<header::Field>& fields);

}  // namespace serve
