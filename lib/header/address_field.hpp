// Writing the fields of a new message's header. Names of people may be in any language; addresses are ASCII
// unless Form::utf8 is asked for (RFC 6532).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "header/text_writer.hpp"

namespace header {

/// True for a name that may stand before a colon (RFC 5322 section 3.6.8).
bool is_field_name(std::string_view name);

/// True for the fields whose value is a list of addresses.
bool is_address_field(std::string_view name);

/// The whole field: `value` is read as a list of addresses, display names become phrases. Exit::data: it
/// holds no address, something that is none or may be meant otherwise, or one that is not ASCII where it must
/// be.
base::Result<std::string> address_field(std::string_view name, std::string_view value,
                                        Form form = Form::ascii);

/// The whole field for any name and value a person gives: addresses where they belong, ASCII as it is (folded
/// at its blanks), all else as unstructured text.
base::Result<std::string> any_field(std::string_view name, std::string_view value, Form form = Form::ascii);

}  // namespace header
