#include "serve/imap_command_reader.hpp"

#include <gtest/gtest.h>

#include "talk.hpp"

namespace imap_command_reader_test {
namespace {

using State = serve::CommandInput::State;

struct Read {
  std::vector<std::string> commands;  // "!" before what was too big
  State end = State::command;
  std::string heard;
};

Read read(std::string_view said, const serve::CommandLimits& limits) {
  Read out;
  out.heard = hear(said, [&](net::Wire& wire) {
    while (true) {
      const auto input = serve::CommandReader(wire, limits).run();
      out.end = input.state;
      if (input.ends()) return;
      out.commands.push_back((input.state == State::too_big ? "!" : "") + input.text);
    }
  });
  return out;
}

using Commands = std::vector<std::string>;

TEST(ImapCommandReader, CommandsWithTheirLiterals) {
  const auto out =
      read("a NOOP\r\nb LOGIN {3}\r\nbob {2+}\r\npw\r\nc X {0+}\r\n\r\nd APPEND x ~{4+}\r\n\r\n\r\n\r\ne",
           {100, 100, 100});
  EXPECT_EQ(out.commands, (Commands{"a NOOP", "b LOGIN {3}\r\nbob {2+}\r\npw", "c X {0+}\r\n",
                                    "d APPEND x ~{4+}\r\n\r\n\r\n"}));
  EXPECT_EQ(out.heard, "+ go on\r\n");
  EXPECT_EQ(out.end, State::gone);
}

TEST(ImapCommandReader, WhatIsTooBigIsReadPastAndWhatIsEndlessEndsIt) {
  const serve::CommandLimits limits = {20, 30, 10};
  auto out = read("a X {31+}\r\n" + std::string(31, '\n') + " y\r\nb NOOP\r\n", limits);
  EXPECT_EQ(out.commands, (Commands{"!a X {31+}", "b NOOP"}));
  // Who asks first is told, and does not send it.
  out = read("a X {31}\r\nb APPEND x {11}\r\nc APPEND x {10}\r\n0123456789\r\n", limits);
  EXPECT_EQ(out.commands, (Commands{"!a X {31}", "!b APPEND x {11}", "c APPEND x {10}\r\n0123456789"}));
  EXPECT_EQ(read("a " + std::string(20, 'x') + "\r\nb NOOP\r\n", limits).end, State::endless);
  EXPECT_EQ(read("a X {9999+}\r\nb NOOP\r\n", limits).end, State::endless);
}

}  // namespace
}  // namespace imap_command_reader_test
