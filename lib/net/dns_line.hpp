// What resolve(1) and those who ask it say to each other: a line for each question, a line for each answer,
// in any order. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/dns_record.hpp"

namespace net {

constexpr std::size_t question_limit = 320;        // octets of a line
constexpr std::size_t answer_limit = 64 * 1024;    // the same; a longer answer is a failure
constexpr std::size_t answer_values_limit = 256;   // records of one answer
constexpr std::uint32_t longest_ttl = 7 * 86'400;  // seconds

struct Question {
  std::optional<std::uint64_t> id = {};  // comes back with the answer
  RecordType type = RecordType::a;
  std::string name;  // of type ptr: an address

  friend bool operator==(const Question&, const Question&) = default;
};

struct Answer {
  enum class Outcome {
    found,
    empty,     // there is the name, without such records
    nxdomain,  // there is no such name
    bogus,     // DNSSEC says that it is forged or broken: to be treated as a failure, never as an answer
    failure    // nobody knows: ask again later
  };
  Outcome outcome = Outcome::failure;
  bool secure = false;              // validated by DNSSEC, also that there is nothing
  std::uint32_t ttl = 0;            // seconds
  std::string canonical;            // the name that has the records, behind all aliases; empty unless found
  std::vector<std::string> values;  // of `found` as rdata_text() has them; else at most one: the reason

  bool found() const { return outcome == Outcome::found; }
  /// Neither records nor the knowledge that there are none.
  bool unknown() const { return outcome == Outcome::bogus || outcome == Outcome::failure; }

  friend bool operator==(const Answer&, const Answer&) = default;
};

Answer no_answer(std::string reason);

/// `[ID] TYPE NAME`, parted by blanks, without its line end. Exit::data says what is wrong.
base::Result<Question> parse_question(std::string_view line);
std::string to_line(const Question& question);

/// With the line end: `[ID] OUTCOME secure|insecure TTL TYPE NAME CANONICAL VALUE…`, parted by tabs; `-`
/// stands for what is not there. Octets of values that could break a line or a terminal are \xNN, a backslash
/// is `\\`.
std::string to_line(const Question& question, const Answer& answer);

struct AnswerLine {
  Question question;
  Answer answer;
};

/// Exit::protocol: it is none.
base::Result<AnswerLine> parse_answer(std::string_view line);

}  // namespace net
