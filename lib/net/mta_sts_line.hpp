// What mta-sts(8) and those who ask it say to each other: a line for each question, and one for its answer.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/mta_sts.hpp"

namespace net {

struct StsQuestion {
  std::string domain;                       // lower case, ASCII
  std::string id = {};                      // of the record in the DNS; empty: there is none, or nobody knows
  std::vector<std::string> addresses = {};  // of mta-sts.DOMAIN; none: they are looked up

  friend bool operator==(const StsQuestion&, const StsQuestion&) = default;
};

struct StsAnswer {
  std::optional<StsPolicy> policy = {};  // that holds now; nothing: none does
  std::string trouble = {};  // why none could be fetched, as reports call it (RFC 8460 section 4.3.2)

  friend bool operator==(const StsAnswer&, const StsAnswer&) = default;
};

constexpr std::size_t sts_question_limit = 2048;      // octets of a line
constexpr std::size_t sts_answer_limit = 128 * 1024;  // the same

/// `DOMAIN [ID [ADDRESS…]]`, parted by blanks, without its line end; `-` is no identifier. Exit::data says
/// what is wrong.
base::Result<StsQuestion> parse_sts_question(std::string_view line);
std::string to_line(const StsQuestion& question);

/// With the line end: `DOMAIN MODE SECONDS TROUBLE PATTERN…`, parted by tabs; `-` stands for what is not
/// there.
std::string to_line(const std::string& domain, const StsAnswer& answer);

/// The answer about this domain. Exit::protocol: it is none.
base::Result<StsAnswer> parse_sts_answer(std::string_view line, std::string_view domain);

}  // namespace net
