// What a person reads of a message, and single parts written out.
#pragma once

#include "base/result.hpp"
#include "fs/output.hpp"
#include "serve/decode.hpp"

namespace serve {

/// How much of a part's body is undone: all for a reader (text becomes UTF-8 with LF), the transfer encoding,
/// nothing.
enum class Undo { all, encoding, nothing };

/// True: something was damaged.
base::Result<bool> write_part(const Message& message, const mime::PartView& part, Undo undo, fs::Output& out);

/// The readable parts one behind the other, HTML as text, control characters and marks that turn the
/// direction of text escaped. Exit::data: there is nothing to read. True: something was damaged.
base::Result<bool> write_readable(const Message& message, fs::Output& out);

}  // namespace serve
