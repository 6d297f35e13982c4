// A message to a program on its standard input: started by argument vector as the user that this process is,
// in the home directory, with an environment of its own.
//
// Environment: SENDER, RECIPIENT, USER, LOGNAME, HOME, HOST (the recipient's domain), LOCAL, EXT, and for
// programs written for qmail RPLINE (Return-Path) and DTLINE (Delivered-To) with their line ends; PATH is
// /usr/local/bin:/usr/bin:/bin, SHELL /bin/sh. Nothing else is inherited.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "serve/attempt.hpp"
#include "serve/letter.hpp"

namespace serve {

struct ProgramLimits {
  std::chrono::steady_clock::time_point end;  // when what still runs is killed
  std::size_t output = 64 * 1024;             // octets that it may write to its standard output and error
};

struct ProgramResult {
  Attempt attempt;
  bool last = false;  // exit status 99: what comes behind this target is left out
};

/// What an exit status means: 0 and 99 delivered; 64 to 70, 76, 77, 100 and 112 failed for good; any other,
/// and an end by a signal, later. `said` is what it wrote: its first line is the reason.
ProgramResult judge_program(const std::string& program, int status, std::string_view said);

/// `command[0]` has a slash (relative: to the home directory) or is looked up in PATH. Its process group does
/// not outlive the call. Never as uid 0: Exit::temporary. An error is about this host.
base::Result<ProgramResult> deliver_to_program(const std::vector<std::string>& command, const Letter& letter,
                                               const ProgramLimits& limits);

}  // namespace serve
