#include "maildir/wire_text.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/line_ends.hpp"

namespace maildir {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;
constexpr std::size_t header_size = 4 * 1024;  // most headers fit

/// LF alone becomes CR LF; what has its CR already keeps it.
void append_wire(std::string_view chunk, char& last, std::string& out) {
  while (!chunk.empty()) {
    const auto end = chunk.find('\n');
    if (end == std::string_view::npos) {
      out += chunk;
      last = chunk.back();
      return;
    }
    const char before = end == 0 ? last : chunk[end - 1];
    out += chunk.substr(0, end);
    out += before == '\r' ? "\n" : "\r\n";
    last = '\n';
    chunk.remove_prefix(end + 1);
  }
}

/// Where the header ends, behind the empty line; npos: not in `text`.
std::size_t end_of_header(std::string_view text, std::size_t from) {
  for (auto at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    const auto before = at > 0 && text[at - 1] == '\r' ? at - 1 : at;
    if (before == 0 || text[before - 1] == '\n') return at + 1;
  }
  return std::string_view::npos;
}

}  // namespace

base::Result<std::size_t> read_some(int file, char* into, std::size_t most) {
  while (true) {
    const ssize_t got = ::read(file, into, most);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return base::system_error("read a message");
  }
}

base::Result<void> each_chunk(int file, const std::function<base::Result<bool>(std::string_view)>& use) {
  const std::unique_ptr<char[]> chunk(new char[chunk_size]);  // the stack is never given back
  while (true) {
    TRY_ASSIGN(const auto got, read_some(file, chunk.get(), chunk_size));
    if (got == 0) return {};
    TRY_ASSIGN(const bool more, use({chunk.get(), got}));
    if (!more) return {};
  }
}

base::Result<std::uint64_t> count_wire(int file) {
  std::uint64_t out = 0;
  char last = '\0';
  TRY(each_chunk(file, [&](std::string_view chunk) -> base::Result<bool> {
    out += chunk.size() + base::count_bare(chunk, last);
    last = chunk.back();
    return true;
  }));
  return out;
}

base::Result<std::string> read_wire(int file) {
  std::string out;
  struct stat info = {};
  if (fstat(file, &info) == 0) out.reserve(static_cast<std::size_t>(info.st_size + info.st_size / 16));
  char last = '\0';
  TRY(each_chunk(file, [&](std::string_view chunk) -> base::Result<bool> {
    append_wire(chunk, last, out);
    return true;
  }));
  return out;
}

base::Result<std::string> read_header(int file) {
  char chunk[header_size];
  std::string before, out;
  char last = '\0';
  while (true) {
    TRY_ASSIGN(const auto got, read_some(file, chunk, sizeof chunk));
    std::string_view text(chunk, got);
    const auto searched = before.empty() ? 0 : before.size() - 1;
    if (!before.empty()) text = before.append(text);
    const auto end = end_of_header(text, searched);
    if (end == std::string_view::npos && got > 0) {
      if (before.empty()) before = text;
      continue;
    }
    append_wire(text.substr(0, end), last, out);
    return out;
  }
}

}  // namespace maildir
