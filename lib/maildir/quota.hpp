// How much a Maildir may hold, as Maildir++ keeps count: the file `maildirsize`, whose first line is the
// quota and every other "OCTETS MESSAGES", to which who delivers appends. What lies in Trash or is marked as
// deleted does not count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace maildir {

struct Quota {
  std::uint64_t octets = 0;    // 0: no limit
  std::uint64_t messages = 0;  // 0: no limit
  friend bool operator==(const Quota&, const Quota&) = default;
};

/// Pure: `100M` (also k, G, T, octets without a letter), `100M,5000` with a number of messages, `0` or
/// nothing for no limit, or as Maildir++ writes it, `104857600S,5000C`. Exit::configuration.
base::Result<Quota> parse_quota(std::string_view text);

/// `104857600S,5000C`.
std::string to_string(const Quota& quota);

struct Usage {
  std::uint64_t octets = 0;
  std::uint64_t messages = 0;
};

/// Pure: the sum of a `maildirsize` that was made for this quota. Exit::data: it is none, or for another.
base::Result<Usage> parse_usage(std::string_view text, const Quota& quota);

enum class Room { enough, full, never };  // never: it is larger than all that may be there

/// Whether so much fits now: a message of that size, or several together. Counts anew where the file is
/// missing, wrong or long, and before it says that there is no room. `now`: seconds since 1970.
base::Result<Room> room_for(const std::string& maildir, const Quota& quota, std::uint64_t octets,
                            std::uint64_t now, std::uint64_t messages = 1);

/// What there is. Counts anew where the file may not say it any more.
base::Result<Usage> usage_of(const std::string& maildir, const Quota& quota, std::uint64_t now);

/// The one folder in which nothing counts.
constexpr std::string_view uncounted_folder = "Trash";

/// After a delivery, or other messages that count now. What goes wrong is made up for by the next count.
void count_in(const std::string& maildir, std::uint64_t octets, std::uint64_t messages = 1);

/// After messages that counted were removed, whose sizes add up to `octets`. Only where there is a count.
void count_out(const std::string& maildir, std::uint64_t octets, std::uint64_t messages);

/// The octets that a file of this name counts as: what the name says, or else the file. 0: it does not count.
std::uint64_t counted_size(const std::string& path);

/// What a file's name says of that.
std::optional<std::uint64_t> size_in(std::string_view name);

/// 0: there is no such file.
std::uint64_t file_size(const std::string& path);

}  // namespace maildir
