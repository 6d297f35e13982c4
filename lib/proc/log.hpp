// The log: one line a fact, `prog[pid] ID event key=value …` on fd 2, values escaped so that no client can
// forge a line. When fd 2 is the connection itself (classic inetd), lines go to syslog(3), facility mail.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

namespace proc {

/// Names the program in every line from now on; finds out where the log goes.
void log_as(std::string_view program);

/// Lines for the person who started the program, to fd 2; where that is the connection, to syslog(3).
void complain(std::string_view lines);

using LogValue = std::pair<std::string_view, std::string_view>;

/// `id` is the message's or connection's, or "-".
void log(std::string_view id, std::string_view event, std::initializer_list<LogValue> values = {});

}  // namespace proc
