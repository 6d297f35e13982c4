#include "serve/extract.hpp"

#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "fs/stream.hpp"
#include "mime/extension.hpp"

namespace serve {

namespace {

bool is_number(std::string_view text) {
  const auto rest = text.ends_with("TEXT") ? text.substr(0, text.size() - 4) : text;
  const bool digits =
      std::all_of(rest.begin(), rest.end(), [](char c) { return base::is_digit(c) || c == '.' || c == 'u'; });
  return digits && (rest.size() < text.size() || (!text.empty() && base::is_digit(text.front())));
}

bool is_pattern(std::string_view text) {
  return text.find_first_of("*?[") != text.npos;
}

bool is_type(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos || text.find('/', slash + 1) != text.npos) return false;
  const auto type = base::lower(text.substr(0, slash));
  constexpr std::string_view types[] = {"text",  "image",       "audio",   "video",     "*",
                                        "model", "application", "message", "multipart", "font"};
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

bool matches(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), FNM_CASEFOLD | FNM_NOESCAPE) == 0;
}

std::string fallback_name(const mime::PartView& part) {
  // A number can be longer than a file's name: a hundred levels of a hundred parts.
  return mime::safe_file_name("part-" + part.number + mime::extension_of_type(part.type), "part");
}

bool means(const std::string& selector, const mime::PartView& part) {
  if (is_number(selector)) return part.number == selector;
  if (part.is_multipart()) return false;
  return is_type(selector) ? matches(selector, part.type)
                           : !part.name.empty() && matches(selector, part.name);
}

bool is_file(const mime::PartView& part) {
  if (part.is_multipart()) return false;
  return !part.name.empty() || part.disposition == "attachment" || !part.is_text();
}

/// All files; what an attached message holds stays in it.
std::vector<const mime::PartView*> all_files(const Message& message) {
  std::vector<const mime::PartView*> out;
  std::size_t inside_until = 0;
  for (const auto& part : message.parts) {
    if (part.header < inside_until || !is_file(part)) continue;
    out.push_back(&part);
    if (part.has_parts()) inside_until = part.end;
  }
  return out;
}

/// Everything that is written into the file, its end too.
base::Result<Decoded> fill(const Message& message, const mime::PartView& part, fs::Fd file) {
  TRY_ASSIGN(auto decoded, decode_file(message, part, [&](std::string_view octets) {
               return fs::write_all(file.get(), octets);
             }));
  TRY(fs::close(std::move(file), "close"));
  return decoded;
}

/// The name of the file that was created.
base::Result<std::string> extract_part(const Message& message, const mime::PartView& part,
                                       Directory& directory, bool& damaged) {
  const auto name = mime::safe_file_name(part.name, fallback_name(part));
  auto& taken = directory.taken[name];
  TRY_ASSIGN(auto created, fs::create_unused(directory.descriptor, [&, before = taken](unsigned number) {
               taken = before + number;
               return taken == 1 ? name : mime::numbered_file_name(name, taken);
             }));
  const auto decoded = fill(message, part, std::move(created.file));
  if (decoded) {
    damaged = damaged || is_damaged(part, *decoded);
    return created.name;
  }
  // What is cut short must not be taken for the file.
  unlinkat(directory.descriptor, created.name.c_str(), 0);
  return base::fail(decoded.error().code, created.name + ": " + decoded.error().what);
}

}  // namespace

bool is_selector(std::string_view argument, bool exists) {
  if (is_number(argument) || (is_pattern(argument) && !exists)) return true;
  return !exists && (is_type(argument) || argument.find('/') == argument.npos);
}

std::vector<const mime::PartView*> Selectors::choose(const Message& message) {
  if (texts_.empty()) return all_files(message);
  std::vector<const mime::PartView*> out;
  for (const auto& part : message.parts) {
    bool wanted = false;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (!means(texts_[i], part)) continue;
      wanted = used_[i] = true;
    }
    if (wanted) out.push_back(&part);
  }
  return out;
}

base::Result<void> Selectors::all_meant(std::string_view where) const {
  const auto unused = std::find(used_.begin(), used_.end(), false);
  if (unused == used_.end()) return {};
  const auto& text = texts_[static_cast<std::size_t>(unused - used_.begin())];
  return base::fail(base::Exit::data,
                    std::string(where) + ": no part is '" + base::printable(text, 60) + "'");
}

base::Result<bool> extract(const Message& message, std::span<const mime::PartView* const> parts,
                           Directory& directory, fs::Output& out) {
  bool damaged = false;
  for (const auto* part : parts) {
    TRY_ASSIGN(const auto name, extract_part(message, *part, directory, damaged));
    auto number = part->number;
    number.resize(std::max<std::size_t>(number.size(), 7), ' ');
    TRY(out.write(number + " " + base::printable(name) + "\n"));
  }
  return damaged;
}

}  // namespace serve
