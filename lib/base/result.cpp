#include "base/result.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace base {

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("value of a failed result: " + error.what);
}

namespace {

Exit code_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
      return Exit::temporary;
    case EIO:
      return Exit::io;
    case EACCES:
    case EPERM:
      return Exit::not_permitted;
    case ENOENT:
      return Exit::no_input;
    default:
      return Exit::os;
  }
}

}  // namespace

Error system_error(std::string_view what) {
  return system_error(what, errno);
}

Error system_error(std::string_view what, int error_number) {
  return Error{code_of(error_number), std::string(what) + ": " + std::strerror(error_number)};
}

}  // namespace base
