// What was once found out about a folder's messages (`tubepost-cache`): strings that only their reader
// understands, by UID and kind. The file may be deleted at any time, and what it says is never needed: every
// failure is an empty cache. tubepost-index(5) describes it.
//
// Values are appended, each with two checksums, one of the line that says where it ends and one of its own;
// no lock is needed, as one write puts all of them behind the last.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "maildir/mapped.hpp"

namespace maildir {

constexpr std::size_t cached_value_limit = 256 * 1024;  // octets; longer values are not kept
constexpr std::size_t cache_limit = UINT64_C(1) << 30;  // octets of the file; it is begun anew then

class Cache {
 public:
  /// Of the folder at `folder` while it has that UIDVALIDITY. Nothing is read yet.
  Cache(std::string folder, std::uint32_t validity) : folder_(std::move(folder)), validity_(validity) {}

  /// The value until the next call that is not get() or put(): what was in the file by then.
  std::optional<std::string_view> get(std::uint32_t uid, char kind);

  /// Written by flush(), or when 1 MiB has come together.
  void put(std::uint32_t uid, char kind, std::string_view value);

  /// The next get() also finds what was written meanwhile, by this session or another.
  void flush();

  /// flush(), and gives back all memory.
  void rest();

  /// Writes the file anew without the values of messages that are gone, where they are most of it. Reads all
  /// of it: for who has seen messages go.
  void tidy(const std::function<bool(std::uint32_t)>& is_there);

 private:
  struct Place {
    std::uint64_t begin;
    std::uint32_t uid;
    std::uint32_t sum;
    std::uint32_t length;
    char kind;
    bool good;  // its checksum was looked at
  };
  struct Key {
    std::uint32_t uid;
    char kind;
  };

  std::string path() const { return folder_ + "/tubepost-cache"; }
  std::string head() const;
  static bool before(const Place& place, const Key& key);
  static bool is_in_order(const Place& a, const Place& b);
  Place* find(const Key& key);
  std::string good_values(std::size_t most, const std::function<bool(std::uint32_t)>& is_there) const;
  void catch_up();
  void map(int file, std::size_t size);
  void walk();
  void forget();
  void write_held();
  base::Result<void> append();
  base::Result<void> replace(std::string_view text) const;

  std::string folder_;
  std::uint32_t validity_;
  Mapped file_;
  std::vector<Place> places_;  // by UID and kind, the youngest of several last
  std::size_t next_ = 0;       // of places_, where the value that is asked for next is likely to be
  std::size_t walked_ = 0;     // octets of the file whose values are in places_
  dev_t device_ = 0;           // of the file
  ino_t inode_ = 0;
  std::string held_;      // not written yet
  bool looked_ = false;   // at the file since the last flush()
  bool damaged_ = false;  // nothing can be appended that would be found again
};

}  // namespace maildir
