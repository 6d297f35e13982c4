#include "serve/pop3_maildrop.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "maildir/bare_lines.hpp"
#include "maildir/quota.hpp"
#include "proc/log.hpp"
#include "serve/pop3_sizes.hpp"

namespace serve {

namespace {

constexpr std::size_t chunk_size = 32 * 1024;

/// Octets with CRLF line ends: every LF that no CR precedes counts twice.
base::Result<std::uint64_t> wire_size(const std::string& maildir, const maildir::Item& item) {
  TRY_ASSIGN(const auto file, maildir::open(maildir, item));
  std::uint64_t size = 0;
  char last = '\0';
  TRY(each_chunk(file.get(), [&](std::string_view chunk) -> base::Result<bool> {
    size += chunk.size() + maildir::count_bare(chunk, last);
    last = chunk.back();
    return true;
  }));
  return size;
}

/// Nothing for one that cannot be read: the others can be had, and one that is gone is no loss.
std::optional<std::uint64_t> size_of(const std::string& maildir, const maildir::Item& item,
                                     Pop3Sizes& known) {
  auto size = maildir::wire_size_in(item.base);
  if (!size) size = known.find(item.base);
  if (size) return size;
  const auto counted = wire_size(maildir, item);
  if (!counted && counted.error().code != base::Exit::no_input)
    proc::log("-", "not-readable", {{"reason", counted.error().what}});
  if (!counted) return std::nullopt;
  known.add(item.base, *counted);
  return *counted;
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
  const std::unique_ptr<char[]> chunk(new char[chunk_size]);  // the stack is never given back
  while (true) {
    const ssize_t got = read(file, chunk.get(), chunk_size);
    if (got < 0) return base::system_error("read a message");
    if (got == 0) return {};
    TRY_ASSIGN(const bool more, use(std::string_view(chunk.get(), static_cast<std::size_t>(got))));
    if (!more) return {};
  }
}

base::Result<Pop3Maildrop> Pop3Maildrop::take(std::string maildir) {
  Pop3Maildrop out(std::move(maildir));
  {
    TRY_ASSIGN(const auto items, maildir::scan(out.maildir_));
    Pop3Sizes known(out.maildir_);
    out.entries_.reserve(items.size());
    for (const auto& item : items) {
      const auto size = size_of(out.maildir_, item, known);
      if (size) out.add(item, *size);
    }
    known.keep();
  }
  out.names_.shrink_to_fit();
  malloc_trim(0);
  return out;
}

void Pop3Maildrop::add(const maildir::Item& item, std::uint64_t size) {
  entries_.push_back({size, names_.size()});
  names_.append(item.path, maildir_.size() + 1).append(1, '\0');
}

maildir::Item Pop3Maildrop::item(std::size_t i) const {
  return {std::string(base(i)), maildir_ + "/" + (names_.c_str() + entries_[i].name)};
}

std::string_view Pop3Maildrop::base(std::size_t i) const {
  const std::string_view name = names_.c_str() + entries_[i].name;
  return maildir::base_of(name.substr(name.find('/') + 1));
}

std::string Pop3Maildrop::uid(std::size_t i) const {
  const auto name = base(i);
  const auto mark = find_mark(name);
  if (!mark) return maildir::unique_id(name);
  return maildir::unique_id(std::string(name.substr(0, mark->first)) +
                            std::string(name.substr(mark->second)));
}

bool Pop3Maildrop::remove(const std::vector<std::size_t>& indexes) const {
  std::uint64_t octets = 0, messages = 0;
  bool removed = true;
  for (const auto index : indexes) {
    const auto one = item(index);
    const auto counted = maildir::counted_size(one.path);
    const auto done = maildir::remove(maildir_, one);
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
