#include "serve/pop3_maildrop.hpp"

#include <unistd.h>

#include <optional>

#include "base/ascii.hpp"
#include "maildir/quota.hpp"
#include "proc/log.hpp"
#include "serve/pop3_sizes.hpp"

namespace serve {

namespace {

constexpr std::size_t chunk_size = 128 * 1024;

/// Octets with CRLF line ends: every LF that no CR precedes counts twice.
base::Result<std::uint64_t> wire_size(const std::string& maildir, const maildir::Item& item) {
  TRY_ASSIGN(const auto file, maildir::open(maildir, item));
  std::uint64_t size = 0;
  bool cr = false;
  TRY(each_chunk(file.get(), [&](std::string_view chunk) -> base::Result<bool> {
    size += chunk.size();
    for (auto at = chunk.find('\n'); at != chunk.npos; at = chunk.find('\n', at + 1))
      size += at == 0 ? !cr : chunk[at - 1] != '\r';
    cr = chunk.back() == '\r';
    return true;
  }));
  return size;
}

/// The start and end of mbsync's mark in a name.
std::optional<std::pair<std::size_t, std::size_t>> find_mark(std::string_view base) {
  const auto at = base.find(",U=");
  if (at == base.npos) return std::nullopt;
  const auto end = std::min(base.find_first_not_of("0123456789", at + 3), base.size());
  return end == at + 3 ? std::nullopt : std::optional(std::pair(at, end));
}

}  // namespace

base::Result<void> each_chunk(int file, const std::function<base::Result<bool>(std::string_view)>& use) {
  static std::string chunk(chunk_size, '\0');
  while (true) {
    const ssize_t got = read(file, chunk.data(), chunk.size());
    if (got < 0) return base::system_error("read a message");
    if (got == 0) return {};
    TRY_ASSIGN(const bool more, use(std::string_view(chunk).substr(0, static_cast<std::size_t>(got))));
    if (!more) return {};
  }
}

base::Result<Pop3Maildrop> Pop3Maildrop::take(std::string maildir) {
  Pop3Maildrop out(std::move(maildir));
  TRY_ASSIGN(auto items, maildir::scan(out.maildir_));
  Pop3Sizes known(out.maildir_);
  for (auto& item : items) {
    auto size = maildir::wire_size_in(item.base);
    if (!size) size = known.find(item.base);
    if (!size) {
      const auto counted = wire_size(out.maildir_, item);
      // The other messages can be had; one that is gone is no loss.
      if (!counted && counted.error().code != base::Exit::no_input)
        proc::log("-", "not-readable", {{"reason", counted.error().what}});
      if (!counted) continue;
      known.add(item.base, *counted);
      size = *counted;
    }
    out.sizes_.push_back(*size);
    out.items_.push_back(std::move(item));
  }
  known.keep();
  return out;
}

std::string Pop3Maildrop::uid(std::size_t i) const {
  const std::string_view base = items_[i].base;
  const auto mark = find_mark(base);
  if (!mark) return maildir::unique_id(base);
  return maildir::unique_id(std::string(base.substr(0, mark->first)) +
                            std::string(base.substr(mark->second)));
}

bool Pop3Maildrop::remove(const std::vector<std::size_t>& indexes) const {
  std::uint64_t octets = 0, messages = 0;
  bool removed = true;
  for (const auto index : indexes) {
    const auto counted = maildir::counted_size(items_[index].path);
    const auto done = maildir::remove(maildir_, items_[index]);
    if (!done) proc::log("-", "not-removed", {{"reason", done.error().what}});
    removed = removed && done.has_value();
    octets += done ? counted : 0;
    messages += done && counted != 0 ? 1 : 0;
  }
  maildir::count_out(maildir_, octets, messages);
  proc::log("-", "pop3-end", {{"deleted", std::to_string(indexes.size())}});
  return removed;
}

}  // namespace serve
