// The parts of a message as lines for a person and as JSON for a program.
#pragma once

#include "base/result.hpp"
#include "fs/output.hpp"
#include "serve/decode.hpp"

namespace serve {

/// A line a part: number, type (indented by what holds it), charset, octets when decoded, name, and in
/// brackets what is wrong. True: the message is damaged.
base::Result<bool> show_tree(const Message& message, fs::Output& out);

/// One object on one line. True: the message is damaged.
base::Result<bool> show_json(const Message& message, fs::Output& out);

/// A line a defect: file, offset, part, name, text and section. True: there is any.
base::Result<bool> show_defects(const Message& message, fs::Output& out);

}  // namespace serve
