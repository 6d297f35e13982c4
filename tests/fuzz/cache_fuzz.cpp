// Any bytes behind a head, or any bytes at all, are the file of a folder's cache: what is found in it is
// bounded, what is put in is found again, and tidying changes nothing that is there.
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

#include "maildir/cache.hpp"

namespace {

struct Folder {
  std::string path = "/tmp/cache_fuzz.XXXXXX";
  Folder() {
    if (mkdtemp(path.data()) == nullptr) std::abort();
  }
  ~Folder() {
    forget();
    rmdir(path.c_str());
  }
  std::string file() const { return path + "/tubepost-cache"; }
  void forget() const { unlink(file().c_str()); }
  void write(std::string_view text, std::ios::openmode mode) const {
    std::ofstream(file(), std::ios::binary | mode)
        .write(text.data(), static_cast<std::streamsize>(text.size()));
  }
};

constexpr std::uint32_t validity = 7;
constexpr std::string_view kinds = "ebsp";

void look(maildir::Cache& cache) {
  for (std::uint32_t uid = 0; uid < 10; ++uid) {
    for (const char kind : kinds) {
      const auto value = cache.get(uid, kind);
      if (value && value->size() > maildir::cached_value_limit) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  folder.forget();
  if (size % 2 == 0) {
    maildir::Cache first(folder.path, validity);
    first.put(1, 'e', "one");
    first.put(9, 's', text);
    first.flush();
  }
  folder.write(text, std::ios::app);
  maildir::Cache cache(folder.path, validity);
  look(cache);
  cache.put(3, 'b', text);
  cache.flush();
  look(cache);
  cache.tidy([](std::uint32_t uid) { return uid != 1; });
  look(cache);
  maildir::Cache other(folder.path, validity + 1);
  look(other);
  return 0;
}
