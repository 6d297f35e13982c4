// Errors as values. Every fallible function returns Result<T>; an Error carries the sysexits(3) code the
// program would end with and one sentence for a person: what was tried, on what, and why it failed.
// Exceptions are left to our own bugs and std::bad_alloc; proc::run catches those once.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace base {

/// sysexits(3). The exit status of every tool is one of these.
enum class Exit : int {
  ok = 0,
  usage = 64,
  data = 65,
  no_input = 66,
  no_user = 67,
  no_host = 68,
  unavailable = 69,
  software = 70,
  os = 71,
  cannot_create = 73,
  io = 74,
  temporary = 75,
  protocol = 76,
  not_permitted = 77,
  configuration = 78,
};

/// True for the codes after which the same work may succeed later (71, 74, 75): a disk error never bounces
/// mail.
constexpr bool worth_retrying(Exit code) {
  return code == Exit::os || code == Exit::io || code == Exit::temporary;
}

struct Error {
  Exit code = Exit::software;
  std::string what;
  bool in_use = false;  // Exit::temporary because somebody else holds the lock

  friend bool operator==(const Error&, const Error&) = default;
};

/// boost::system::result calls this when value() is asked of an error: that is a bug of ours.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

template <class T>
using Result = boost::system::result<T, Error>;

/// An Error naming the failed system call's reason: `what: strerror(errno)`. ENOSPC, EDQUOT, EMFILE, ENFILE,
/// ENOMEM and EAGAIN become Exit::temporary, EIO becomes Exit::io, EACCES and EPERM Exit::not_permitted,
/// ENOENT Exit::no_input, everything else Exit::os. Reads errno at the call unless a number is given.
Error system_error(std::string_view what);
Error system_error(std::string_view what, int error_number);

inline Error fail(Exit code, std::string what) {
  return Error{code, std::move(what)};
}

}  // namespace base

#define TUBEPOST_JOIN2(a, b) a##b
#define TUBEPOST_JOIN(a, b) TUBEPOST_JOIN2(a, b)

/// TRY(expr): returns the error from the enclosing function, or goes on. For a Result<void> or an unused
/// value.
#define TRY(...) TRY_AS(TUBEPOST_JOIN(try_result_, __COUNTER__), __VA_ARGS__)
#define TRY_AS(name, ...)                   \
  do {                                      \
    if (auto name = (__VA_ARGS__); !name) { \
      return std::move(name).error();       \
    }                                       \
  } while (false)

/// TRY_ASSIGN(auto x, expr): the same, and keeps the value.
#define TRY_ASSIGN(declaration, ...) \
  TRY_ASSIGN_AS(TUBEPOST_JOIN(try_result_, __COUNTER__), declaration, __VA_ARGS__)
#define TRY_ASSIGN_AS(name, declaration, ...) \
  auto name = (__VA_ARGS__);                  \
  if (!name) {                                \
    return std::move(name).error();           \
  }                                           \
  declaration = std::move(*name)
