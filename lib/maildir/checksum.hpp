// CRC-32 as the files of this room carry it: eight hexadecimal digits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace maildir {

constexpr std::size_t checksum_width = 8;

/// What a person writes in the place of one.
constexpr std::string_view by_hand = "--------";

/// `before`: the CRC of what stands in front of `text`.
std::uint32_t crc(std::string_view text, std::uint32_t before = 0);

std::string checksum(std::string_view text);

/// Appends a blank, the checksum of all from `start` on with that blank, and an LF.
void finish_line(std::string& out, std::size_t start);

/// The content of such a line (without LF), its last blank included; empty where the checksum does not fit.
std::string_view checked_content(std::string_view line);

}  // namespace maildir
