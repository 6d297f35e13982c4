// What the operator asks of the spool: which command, which messages, and how it is to be shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "proc/options.hpp"
#include "spool/selection.hpp"

namespace serve {

inline constexpr std::string_view spool_commands[] = {"list",  "show",   "hold",  "release",
                                                      "retry", "delete", "stats", "check"};

inline constexpr proc::Option spool_options[] = {
    {"sender", "PATTERN", "messages from this address; <> for none at all"},
    {"recipient", "PATTERN", "messages of which one recipient has this address"},
    {"domain", "PATTERN", "messages to this domain, that of the first recipient"},
    {"older", "AGE", "messages that came longer ago than 90s, 30m, 4h, 2d, 1w"},
    {"newer", "AGE", "messages that came since"},
    {"held", "", "messages that are held"},
    {"deferred", "", "messages that wait for a later time"},
    {"all", "", "hold, retry, delete: every message"},
    {"long,l", "", "list: size, sender, recipients, and what was last said of each"},
    {"sort", "due|arrived|destination", "list: in this order, and not at once"},
    {"mailq", "", "list: in the manner of the old mailq"},
    {"json", "", "one JSON object a line"},
    {"header", "", "show: nothing but the message's header"},
    {"message", "", "show: nothing but the message"},
    {"yes,y", "", "delete: do not ask"},
    {"repair", "", "check: move what is damaged to damaged/ in the spool"}};

struct SpoolOrder {
  std::string command;
  std::string spool;
  spool::Selection selection;
  bool json = false;
};

/// From the command line: command, ids, options. Exit::usage: no such command, an option that is not the
/// command's, an age that is none, or no word of which messages are to be changed.
base::Result<SpoolOrder> spool_order(const proc::Options& given);

}  // namespace serve
