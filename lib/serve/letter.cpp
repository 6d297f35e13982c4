#include "serve/letter.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "header/stale_fields.hpp"

namespace serve {

namespace {

constexpr std::size_t piece_size = 256 * 1024;
constexpr std::size_t header_limit = 1 << 20;  // octets that are searched

/// What was read is in `store`.
base::Result<std::string_view> piece_of(const Letter& letter, std::uint64_t at, std::string& store) {
  if (!letter.text.empty()) return letter.text.substr(static_cast<std::size_t>(at), piece_size);
  const auto left = letter.length - std::min(at, letter.length);
  TRY_ASSIGN(store, fs::read_at(letter.file, static_cast<off_t>(letter.offset + at),
                                static_cast<std::size_t>(std::min<std::uint64_t>(left, piece_size))));
  return std::string_view(store);
}

}  // namespace

std::string return_path_line(const Letter& letter) {
  return "Return-Path: <" + letter.sender + ">\n";
}

std::string delivered_to_line(const Letter& letter) {
  return "Delivered-To: " + letter.recipient + "\n";
}

base::Result<void> each_piece(const Letter& letter,
                              const std::function<base::Result<void>(std::string_view)>& sink) {
  // In one piece with the start of the message, as most have only one.
  auto out = return_path_line(letter) + delivered_to_line(letter);
  header::WithoutStaleFields message;
  std::string store;
  std::uint64_t at = 0;
  do {
    TRY_ASSIGN(const auto piece, piece_of(letter, at, store));
    message.update(piece, out);
    at += piece_size;
    if (at >= letter.length) message.finish(out);
    TRY(sink(out));
    out.clear();
  } while (at < letter.length);
  return {};
}

base::Result<void> check_loop(const Letter& letter, std::uint64_t max_hops) {
  std::string head;
  std::string store;
  std::string_view text = letter.text;
  while (letter.text.empty() && head.size() < std::min<std::uint64_t>(header_limit, letter.length) &&
         head.find("\n\n") == std::string::npos) {
    TRY_ASSIGN(const auto piece, piece_of(letter, head.size(), store));
    text = head += piece;
  }
  text = text.substr(0, text.find("\n\n"));
  const auto mine = delivered_to_line(letter);
  std::uint64_t hops = 0;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line == std::string_view(mine).substr(0, mine.size() - 1))
      return base::fail(base::Exit::unavailable, "the message is in a loop: " + std::string(line));
    if (base::istarts_with(line, "Received:") || base::istarts_with(line, "Delivered-To:")) ++hops;
  }
  if (hops <= max_hops) return {};
  return base::fail(base::Exit::unavailable,
                    "the message is in a loop: it has made " + std::to_string(hops) + " hops");
}

}  // namespace serve
