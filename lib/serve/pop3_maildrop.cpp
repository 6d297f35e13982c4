#include "serve/pop3_maildrop.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "maildir/doubles.hpp"
#include "maildir/file_name.hpp"
#include "maildir/quota.hpp"
#include "maildir/wire_text.hpp"
#include "proc/log.hpp"
#include "serve/pop3_sizes.hpp"

namespace serve {

base::Result<Pop3Maildrop> Pop3Maildrop::take(const std::string& maildir) {
  return take(maildir, maildir::looks_at(maildir));
}

base::Result<Pop3Maildrop> Pop3Maildrop::take(const std::string& maildir, const maildir::Lister& look) {
  Pop3Maildrop out(maildir, look);
  {
    TRY_ASSIGN(auto listing, maildir::list_at_rest(look));
    // Of two files of one base only one would be seen.
    while (maildir::part_doubles(maildir, listing, maildir::file_system_now() / 1'000'000'000)) {
      TRY_ASSIGN(listing, maildir::list_at_rest(look));
    }
    Pop3Sizes known(maildir);
    out.entries_.reserve(listing.files.size());
    for (const auto& seen : listing.files) {
      const auto size = out.size_of(seen, known);
      if (size) out.add(seen, *size);
    }
    known.keep();
  }
  out.rest();
  out.names_.shrink_to_fit();
  malloc_trim(0);
  return out;
}

/// Nothing for one that cannot be read: the others can be had, and one that is gone is no loss.
std::optional<std::uint64_t> Pop3Maildrop::size_of(const maildir::Seen& seen, Pop3Sizes& known) {
  auto size = maildir::wire_size_in(seen.base);
  if (!size) size = known.find(seen.base);
  if (size) return size;
  const auto file = whereabouts_.open(record_of(seen));
  const auto counted = file ? maildir::count_wire(file->get()) : file.error();
  if (!counted && counted.error().code != base::Exit::no_input)
    proc::log("-", "not-readable", {{"reason", counted.error().what}});
  if (!counted) return std::nullopt;
  known.add(seen.base, *counted);
  return *counted;
}

void Pop3Maildrop::add(const maildir::Seen& seen, std::uint64_t size) {
  entries_.push_back({size, names_.size()});
  names_.append(seen.in_new ? "new/" : "cur/").append(seen.base).append(seen.suffix).append(1, '\0');
}

maildir::Record Pop3Maildrop::record(std::size_t i) const {
  const std::string_view name = names_.c_str() + entries_[i].name;
  auto out = maildir::record_of({base(i), name.substr(4 + base(i).size()), name.starts_with("new/")});
  out.uid = static_cast<std::uint32_t>(i + 1);
  return out;
}

std::string_view Pop3Maildrop::base(std::size_t i) const {
  const std::string_view name = names_.c_str() + entries_[i].name;
  return maildir::base_of(name.substr(4));
}

std::string Pop3Maildrop::uid(std::size_t i) const {
  return maildir::unique_id(base(i));
}

/// What it counted for the quota; 0: nothing, or another had removed it. Nothing: it may still be there.
std::optional<std::uint64_t> Pop3Maildrop::remove_one(std::size_t i) {
  auto one = record(i);
  auto counted = maildir::counted_size(maildir_ + maildir::file_of(one));
  // Another program may have renamed the file that would say it.
  if (counted == 0 && access((maildir_ + maildir::file_of(one)).c_str(), F_OK) != 0 && whereabouts_.find(one))
    counted = maildir::counted_size(maildir_ + maildir::file_of(one));
  const auto done = whereabouts_.remove(one);
  if (!done) proc::log("-", "not-removed", {{"reason", done.error().what}});
  if (!done) return std::nullopt;
  return *done ? counted : 0;
}

bool Pop3Maildrop::remove(const std::vector<std::size_t>& indexes) {
  std::uint64_t octets = 0, messages = 0;
  bool removed = true;
  for (const auto index : indexes) {
    const auto counted = remove_one(index);
    removed = removed && counted.has_value();
    octets += counted.value_or(0);
    messages += counted.value_or(0) != 0 ? 1 : 0;
  }
  maildir::count_out(maildir_, octets, messages);
  proc::log("-", "pop3-end", {{"deleted", std::to_string(indexes.size())}});
  return removed;
}

}  // namespace serve
