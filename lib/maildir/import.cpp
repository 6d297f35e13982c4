#include "maildir/import.hpp"

#include <algorithm>
#include <set>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "maildir/entry.hpp"
#include "maildir/file_name.hpp"
#include "maildir/listing.hpp"
#include "maildir/object_id.hpp"

namespace maildir {

namespace {

constexpr std::size_t file_limit = 256 << 20;  // octets

/// The UIDs of lines from which `name` takes the file's name; in what order the lines are does not matter.
template <class NameOf>
void take_uids(std::string_view text, NameOf name, Foreign& into) {
  std::set<std::uint32_t> used;
  while (!text.empty()) {
    const auto line = base::take_line(text);
    const auto blank = line.find(' ');
    const auto uid = base::parse_number(line.substr(0, blank), UINT32_MAX - 1);
    const auto base = base_of(name(line.substr(std::min(blank, line.size() - 1) + 1)));
    if (blank == std::string_view::npos || !uid || *uid == 0 || base.empty()) continue;
    const auto number = static_cast<std::uint32_t>(*uid);
    // No UID may be given again, not even one that stands in a line that is not used.
    into.uid_next = std::max(into.uid_next, number + 1);
    if (used.insert(number).second) into.uids.emplace(base, number);
  }
}

std::optional<std::uint64_t> field(const std::vector<std::string>& words, char name) {
  for (const auto& word : words) {
    if (word.size() > 1 && word[0] == name)
      return base::parse_number(std::string_view(word).substr(1), UINT32_MAX);
  }
  return std::nullopt;
}

/// "1 VALIDITY UIDNEXT", and "UID NAME" from then on.
std::optional<Foreign> parse_first_version(std::string_view text) {
  const auto words = base::words(base::take_line(text));
  if (words.size() < 3 || words[0] != "1") return std::nullopt;
  const auto validity = base::parse_number(words[1], UINT32_MAX);
  const auto next = base::parse_number(words[2], UINT32_MAX);
  if (!validity || *validity == 0 || !next || *next == 0) return std::nullopt;
  Foreign out = {static_cast<std::uint32_t>(*validity), static_cast<std::uint32_t>(*next), {}};
  take_uids(
      text, [](std::string_view rest) { return rest; }, out);
  return out;
}

std::string read_if_there(const std::string& path) {
  const auto text = read_file(path, file_limit);
  return text ? *text : std::string();
}

using Keywords = std::map<std::string, std::vector<std::string>, std::less<>>;  // by the bases of file names

/// Courier's list: keywords a line, an empty line, and then "NAME:0 2" with their numbers.
Keywords parse_courier_keywords(std::string_view text) {
  std::vector<std::string> names;
  Keywords out;
  for (auto line = base::take_line(text); !line.empty(); line = base::take_line(text))
    names.emplace_back(line);
  while (!text.empty()) {
    const auto line = base::take_line(text);
    const auto colon = line.rfind(':');
    if (colon == std::string_view::npos) continue;
    auto& keywords = out[std::string(base_of(line.substr(0, colon)))];
    for (const auto& word : base::words(line.substr(colon + 1))) {
      const auto number = base::parse_number(word, names.size());
      if (number && *number < names.size()) keywords.push_back(names[*number]);
    }
  }
  return out;
}

/// In order, each once, and no more than the index can hold.
std::vector<std::string> allowed(std::vector<std::string> keywords) {
  std::erase_if(keywords, [](const std::string& one) { return !check_keywords({one}); });
  std::sort(keywords.begin(), keywords.end());
  keywords.erase(std::unique(keywords.begin(), keywords.end()), keywords.end());
  if (keywords.size() > keywords_limit) keywords.resize(keywords_limit);
  return keywords;
}

std::vector<std::string> meant_by(std::string_view letters, const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const char c : letters) {
    const auto number = static_cast<std::size_t>(c - 'a');
    if (c >= 'a' && c <= 'z' && number < names.size() && !names[number].empty()) out.push_back(names[number]);
  }
  return out;
}

}  // namespace

std::optional<Foreign> parse_courier_uids(std::string_view text) {
  return parse_first_version(text);
}

std::optional<Foreign> parse_dovecot_uids(std::string_view text) {
  auto rest = text;
  const auto words = base::words(base::take_line(rest));
  if (words.empty() || words[0] != "3") return parse_first_version(text);
  const auto validity = field(words, 'V');
  if (!validity || *validity == 0) return std::nullopt;
  Foreign out = {static_cast<std::uint32_t>(*validity),
                 static_cast<std::uint32_t>(std::max<std::uint64_t>(field(words, 'N').value_or(1), 1)),
                 {}};
  // "17 W1042 :NAME": what stands in front of the colon is of no use here.
  const auto name = [](std::string_view line) {
    if (line.starts_with(':')) return line.substr(1);
    const auto colon = line.find(" :");
    return colon == std::string_view::npos ? std::string_view() : line.substr(colon + 2);
  };
  take_uids(rest, name, out);
  return out;
}

std::vector<std::string> parse_dovecot_keywords(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto line = base::take_line(text);
    const auto blank = line.find(' ');
    const auto number = base::parse_number(line.substr(0, blank), 25);
    if (!number || blank == std::string_view::npos) continue;
    if (out.size() <= *number) out.resize(*number + 1);
    out[*number] = line.substr(blank + 1);
  }
  return out;
}

base::Result<void> import(const std::string& folder, std::uint64_t now, IndexState& state) {
  auto foreign = parse_dovecot_uids(read_if_there(folder + "/dovecot-uidlist"));
  if (!foreign) foreign = parse_courier_uids(read_if_there(folder + "/courierimapuiddb"));
  if (!foreign) return {};
  const auto names = parse_dovecot_keywords(read_if_there(folder + "/dovecot-keywords"));
  const auto courier = parse_courier_keywords(read_if_there(folder + "/courierimapkeywords/:list"));
  TRY_ASSIGN(const auto listing, list(folder, now));
  std::vector<Record> records;
  for (const auto& file : listing.files) {
    const auto known = foreign->uids.find(file.base);
    if (known == foreign->uids.end()) continue;
    Record record;
    record.uid = known->second;
    record.modseq = 1;
    record.saved = now / 1'000'000'000;
    record.size = wire_size_in(file.base);
    record.base = file.base;
    record.suffix = file.suffix;
    record.in_new = file.in_new;
    record.id = object_id(file.base);
    record.flags.system = from_letters(letters_of(file.suffix));
    auto keywords = meant_by(letters_of(file.suffix), names);
    if (const auto more = courier.find(file.base); more != courier.end())
      keywords.insert(keywords.end(), more->second.begin(), more->second.end());
    record.flags.keywords = allowed(std::move(keywords));
    records.push_back(std::move(record));
  }
  std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.uid < b.uid; });
  for (const auto& record : records) state.records.add(record);
  state.validity = foreign->validity;
  state.uid_next = foreign->uid_next;
  return {};
}

}  // namespace maildir
