// The media type that the extension of a file's name stands for.
#pragma once

#include <string>
#include <string_view>

namespace mime {

/// In lower case, "" for an extension that is not known or missing.
std::string_view type_of_name(std::string_view file_name);

/// With its dot; ".bin" for a type that is not known.
std::string extension_of_type(std::string_view type);

/// The type that the name stands for, where `start`, the first bytes of the content, proves it: by the mark
/// that such a file starts with, or because text is what the name promises and UTF-8 without control
/// characters is what stands there. Otherwise "".
std::string_view certain_type(std::string_view start, std::string_view file_name);

/// `found` by a look at the content, unless the name says more: a document in a zip archive, a kind of plain
/// text, a thing nobody knows.
std::string_view better_type(std::string_view found, std::string_view file_name);

}  // namespace mime
