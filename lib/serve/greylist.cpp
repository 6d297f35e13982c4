#include "serve/greylist.hpp"

#include <algorithm>
#include <vector>

#include "base/ascii.hpp"
#include "codec/sha256.hpp"
#include "fs/fd.hpp"
#include "fs/lock.hpp"

namespace serve {

namespace {

using net::greylist_record_size;
using net::GreylistRecord;

constexpr int lock_seconds = 2;

std::string digest(std::string_view text) {
  codec::Sha256 hash;
  hash.update(text);
  return hash.finish();
}

/// One source is in one file: a flood of its makes room there alone.
std::string file_of(const std::string& network) {
  const auto hash = digest(network);
  static_assert(greylist_files == 1024);
  constexpr std::string_view first_digits = "0123";
  return std::string(1, first_digits[static_cast<std::size_t>(base::hex_value(hash[0])) % 4]) +
         hash.substr(1, 2);
}

bool is_over(const GreylistRecord& record, std::uint64_t now) {
  // A clock that was wrong once must not make somebody wait for long; two processes may differ by a moment.
  if (record.last > now + 60) return true;
  return now > record.last + (record.passes > 0 ? Greylist::memory : Greylist::patience);
}

/// A file's records, under its lock.
class Bucket {
 public:
  static base::Result<Bucket> open(const std::string& path, std::uint64_t now) {
    Bucket out;
    TRY_ASSIGN(out.file_, fs::wait_for_lock(path, lock_seconds, "in use by another process"));
    TRY_ASSIGN(const auto text, fs::read_up_to(out.file_.get(), 0, greylist_records * greylist_record_size));
    for (std::size_t at = 0; at + greylist_record_size <= text.size(); at += greylist_record_size) {
      auto record = net::parse_greylist_record(std::string_view(text).substr(at, greylist_record_size));
      if (record && is_over(*record, now)) record.reset();
      out.records_.push_back(std::move(record));
    }
    return out;
  }

  const GreylistRecord* find(const std::string& key) const {
    for (const auto& record : records_) {
      if (record && record->key == key) return &*record;
    }
    return nullptr;
  }

  /// In its place, or in one that is free, or in that of another.
  base::Result<void> put(const GreylistRecord& record) {
    const auto at = place_for(record.key);
    if (at == records_.size()) records_.emplace_back();
    records_[at] = record;
    return fs::write_all_at(file_.get(), net::to_text(record), static_cast<off_t>(at * greylist_record_size));
  }

 private:
  std::size_t place_for(const std::string& key) const {
    std::size_t best = records_.size();
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (records_[i] && records_[i]->key == key) return i;
      if (!records_[i]) best = i;
    }
    if (best < greylist_records) return best;
    const auto sooner = [](const auto& a, const auto& b) {
      const bool was_in = a->passes > 0;
      return was_in != (b->passes > 0) ? !was_in : a->last < b->last;
    };
    return static_cast<std::size_t>(std::min_element(records_.begin(), records_.end(), sooner) -
                                    records_.begin());
  }

  fs::Fd file_;
  std::vector<std::optional<GreylistRecord>> records_;  // nothing: the place is free
};

GreylistRecord found_or(const GreylistRecord* found, GreylistRecord fresh) {
  return found != nullptr ? *found : std::move(fresh);
}

}  // namespace

base::Result<GreylistRules> GreylistRules::load(const proc::Options& given) {
  GreylistRules out;
  TRY_ASSIGN(out.delay, given.number("greylist", 0, 86'400));
  TRY_ASSIGN(out.allow_after, given.number("greylist-allow-after", 0, 1000));
  out.directory = given.get("greylist-dir");
  return out;
}

base::Result<std::uint64_t> Greylist::judge(const std::string& address, std::string_view sender,
                                            std::string_view recipient, std::uint64_t now) const {
  const auto network = net::source_network(address);
  const auto about = network + " " + base::lower(sender) + " > " + base::lower(recipient);
  const auto key = digest(about).substr(0, net::greylist_key_size);
  const auto network_key = digest(network).substr(0, net::greylist_key_size);
  TRY_ASSIGN(auto bucket, Bucket::open(rules_.directory + "/" + file_of(network), now));

  auto source = found_or(bucket.find(network_key), {now, now, 0, network_key, network + " as a whole"});
  if (rules_.allow_after > 0 && source.passes >= rules_.allow_after) {
    // Once a day is often enough to be remembered.
    if (now > source.last + 86'400) {
      source.last = now;
      TRY(bucket.put(source));
    }
    return 0;
  }
  auto record = found_or(bucket.find(key), {now, now, 0, key, about});
  if (record.passes == 0 && now < record.first + rules_.delay) {
    if (bucket.find(key) == nullptr) TRY(bucket.put(record));
    return record.first + rules_.delay - now;
  }
  if (record.passes == 0) {
    ++source.passes;
    source.last = std::max(source.last, now);
    TRY(bucket.put(source));
  }
  ++record.passes;
  record.last = std::max(record.last, now);
  TRY(bucket.put(record));
  return 0;
}

}  // namespace serve
