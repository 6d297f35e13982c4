// An agenda over a queue of its own, at a time that a test sets.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "serve/agenda.hpp"
#include "serve/clock.hpp"
#include "spool/selection.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

using serve::Fortune;
using serve::Way;

using Entries = std::vector<spool::Entry>;

class AgendaTest : public testing::Test {
 protected:
  AgendaTest() {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(directory_.path() + "/queue/" + digit);
  }
  /// Queued so many seconds ago.
  spool::Entry put(const std::string& recipient, std::uint64_t age = 0) const {
    auto writer =
        spool::Writer::create(directory_.path(), (now_.seconds - age) * 1'000'000 + 5, "", {recipient})
            .value();
    EXPECT_TRUE(writer.write("Subject: x\n\n"));
    EXPECT_TRUE(writer.commit());
    return *spool::parse_file_name(writer.name());
  }
  /// With parameters that its sender gave.
  spool::Entry put_with(const std::string& recipient, const std::string& parameters) const {
    spool::Envelope envelope;
    envelope.recipients = {{recipient}};
    envelope.parameters = parameters;
    auto writer = spool::Writer::create(directory_.path(), now_.seconds * 1'000'000 + 9, envelope).value();
    EXPECT_TRUE(writer.commit());
    return *spool::parse_file_name(writer.name());
  }
  void look() {
    agenda_.begin_survey(true);
    while (agenda_.is_surveying()) ASSERT_TRUE(agenda_.look(now_));
    while (agenda_.is_behind(now_)) agenda_.admit(now_);
  }
  std::vector<spool::Entry> next() {
    batch_ = {};
    for (const auto way : {Way::elsewhere, Way::unknown, Way::retried, Way::doubtful})
      if (batch_.entries.empty()) batch_ = agenda_.next(way, now_).value_or(serve::Batch{});
    return batch_.entries;
  }
  void finish(serve::BatchReport report) { agenda_.finish(batch_, report, now_); }
  void remove(const spool::Entry& entry) const { ASSERT_TRUE(queue_.remove(entry)); }

  std::string line_of(const spool::Entry& entry) const {
    const auto route = routes_.find(entry.destination);
    return route == routes_.end() ? entry.destination : route->second;
  }
  /// One goes to its line, and finds its host in trouble.
  void make_trouble(const std::string& recipient) {
    const auto entry = put(recipient);
    agenda_.hear(entry, now_);
    ASSERT_EQ(next(), Entries{entry});
    remove(entry);
    finish({1, {}, Fortune::trouble});
  }
  void review() {
    while (agenda_.is_behind(now_)) agenda_.admit(now_);
  }

  Directory directory_;
  serve::Moment now_ = {serve::now_seconds(), 1'000'000};
  spool::Queue queue_ = spool::Queue(directory_.path());
  std::map<std::string, std::string> routes_;  // destinations whose line has another name
  serve::Agenda agenda_ =
      serve::Agenda(directory_.path(), {}, [this](const spool::Entry& entry, serve::Agenda::Whither whither) {
        return whither == serve::Agenda::Whither::all ? line_of(entry) : routes_["elsewhere"];
      });
  serve::Batch batch_;
};
