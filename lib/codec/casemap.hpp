// i;unicode-casemap (RFC 5051): what people take for the same text is the same octets, in any script.
#pragma once

#include <string>
#include <string_view>

namespace codec {

/// Titlecase, then decomposed: "Äpfel" and "äPFEL" are one, before "Banane" and behind "Azur" where octets
/// are compared. What is no UTF-8 stays as it is, but for its ASCII letters (upper case).
std::string casemap(std::string_view text);

}  // namespace codec
