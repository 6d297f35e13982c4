#include "spool_site.hpp"

#include <unistd.h>

#include <filesystem>

#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "spool/writer.hpp"

SpoolSite::SpoolSite() {
  for (const char digit : std::string_view("0123456789abcdef"))
    std::filesystem::create_directories(path() + "/queue/" + digit);
}

spool::Entry SpoolSite::put(std::uint64_t second, const std::string& sender,
                            const std::vector<std::string>& recipients, std::string_view text) const {
  auto writer = spool::Writer::create(path(), second * 1'000'000, sender, recipients).value();
  if (!writer.write(text) || !writer.commit()) std::abort();
  return {second, writer.id(), recipients.at(0).substr(recipients.at(0).rfind('@') + 1)};
}

std::string written(const std::function<void()>& run) {
  const auto file = fs::temporary_file().value();
  const fs::Fd before(dup(1));
  dup2(file.get(), 1);
  run();
  dup2(before.get(), 1);
  return fs::read_up_to(file.get(), 0, 1 << 20).value();
}
