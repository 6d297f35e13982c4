#include "serve/mta_sts_cache.hpp"

#include <unistd.h>

#include <cstdio>

#include "base/ascii.hpp"
#include "fs/fd.hpp"

namespace serve {

namespace {

constexpr std::size_t record_limit = net::sts_policy_limit + 1024;

}  // namespace

std::string to_text(const StsRecord& record) {
  std::string out;
  const auto put = [&](std::string_view key, const std::string& value) {
    if (!value.empty() && value != "0") out += std::string(key) + ": " + value + "\n";
  };
  put("id", record.id);
  put("fetched", std::to_string(record.fetched));
  put("tried-id", record.tried_id);
  put("tried", std::to_string(record.tried));
  put("trouble", record.trouble);
  return out + "\n" + record.text;
}

base::Result<StsRecord> parse_sts_record(std::string_view text) {
  StsRecord out;
  while (true) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return base::fail(base::Exit::data, "no line between head and policy");
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty()) break;
    const auto colon = std::min(line.find(": "), line.size());
    const auto key = line.substr(0, colon);
    const auto value = line.substr(std::min(colon + 2, line.size()));
    const auto number = base::parse_number(value);
    if (key == "id") out.id = value;
    if (key == "fetched" && number) out.fetched = *number;
    if (key == "tried-id") out.tried_id = value;
    if (key == "tried" && number) out.tried = *number;
    if (key == "trouble") out.trouble = value;
  }
  out.text = text;
  return out;
}

StsRecord StsCache::load(const std::string& domain) const {
  const auto text = fs::read_all(directory_ + "/" + domain, record_limit);
  const auto record = text ? parse_sts_record(*text) : base::Result<StsRecord>(text.error());
  return record ? *record : StsRecord{};
}

base::Result<void> StsCache::store(const std::string& domain, const StsRecord& record) const {
  const auto path = directory_ + "/" + domain;
  // A domain does not begin with a dot.
  const auto unfinished = directory_ + "/." + std::to_string(getpid());
  TRY_ASSIGN(const auto file, fs::open(unfinished, O_WRONLY | O_CREAT | O_TRUNC, 0644));
  TRY(fs::write_all(file.get(), to_text(record)));
  if (rename(unfinished.c_str(), path.c_str()) != 0) return base::system_error(path);
  return {};
}

}  // namespace serve
