#include "serve/home_instructions.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "smtp/path.hpp"

namespace serve {

namespace {

constexpr std::size_t file_limit = 64 * 1024;
constexpr std::size_t extension_limit = 64;
constexpr mode_t by_others = S_IWGRP | S_IWOTH;

base::Error refused(const std::string& what, const std::string& why) {
  return base::fail(base::Exit::temporary, what + ": " + why);
}

bool is_fit(std::string_view extension) {
  const auto fits = [](char c) {
    return base::is_alnum(c) || std::string_view("+-_=.").find(c) != std::string_view::npos;
  };
  return !extension.empty() && extension.size() <= extension_limit &&
         std::all_of(extension.begin(), extension.end(), fits);
}

bool is_mine(const struct stat& info) {
  return info.st_uid == geteuid() || info.st_uid == 0;
}

base::Result<struct stat> look_at_home(const std::string& home) {
  struct stat info = {};
  if (stat(home.c_str(), &info) != 0) return base::system_error(home);
  if (!S_ISDIR(info.st_mode)) return base::fail(base::Exit::os, home + ": is no directory");
  if (!is_mine(info)) return refused(home, "the home belongs to somebody else");
  return info;
}

/// A link is not followed, a pipe not waited for.
base::Result<std::string> read_file(const std::string& path) {
  auto opened = fs::open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!opened && errno == ELOOP) return refused(path, "is a symbolic link");
  if (!opened && errno != ENOENT) return refused(path, opened.error().what);
  if (!opened) return opened.error();
  struct stat info = {};
  if (fstat(opened->get(), &info) != 0) return base::system_error(path);
  if (!S_ISREG(info.st_mode)) return refused(path, "is no plain file");
  if (!is_mine(info)) return refused(path, "belongs to somebody else");
  if ((info.st_mode & by_others) != 0) return refused(path, "others may write to it");
  if (info.st_nlink != 1) return refused(path, "has another name too");
  TRY_ASSIGN(auto text, fs::read_up_to(opened->get(), 0, file_limit + 1));
  if (text.size() > file_limit) return refused(path, "is larger than 64 KiB");
  return text;
}

}  // namespace

std::vector<std::string> instruction_names(std::string_view extension) {
  std::vector<std::string> out;
  if (is_fit(extension)) {
    out.push_back(".forward+" + std::string(extension));
    auto name = ".qmail-" + std::string(extension);
    std::replace(name.begin() + 1, name.end(), '.', ':');
    out.push_back(name);
    // `.qmail-a-b`: then `.qmail-a-default`, then `.qmail-default`.
    for (auto dash = name.rfind('-'); dash != std::string::npos; dash = name.rfind('-', dash - 1))
      out.push_back(name.substr(0, dash + 1) + "default");
  }
  out.insert(out.end(), {".forward", ".qmail"});
  return out;
}

std::string extension_of(std::string_view recipient, std::string_view user, std::string_view separators) {
  const auto local = base::lower(smtp::unquoted(recipient.substr(0, recipient.rfind('@'))));
  if (!local.starts_with(base::lower(user)) || local.size() <= user.size()) return {};
  if (separators.find(local[user.size()]) == std::string_view::npos) return {};
  return local.substr(user.size() + 1);
}

base::Result<void> check_home(const std::string& home) {
  TRY(look_at_home(home));
  return {};
}

bool has_instructions(const std::string& home, std::string_view extension) {
  const auto names = instruction_names(extension);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    struct stat info = {};
    return lstat((home + "/" + name).c_str(), &info) == 0 || errno != ENOENT;
  });
}

base::Result<Instructions> read_instructions(const std::string& home, std::string_view extension) {
  TRY_ASSIGN(const auto info, look_at_home(home));
  for (const auto& name : instruction_names(extension)) {
    const auto path = home + "/" + name;
    const auto text = read_file(path);
    if (!text && text.error().code == base::Exit::no_input) continue;
    if (!text) return text.error();
    if ((info.st_mode & by_others) != 0) return refused(home, "others may write to the home");
    if ((info.st_mode & S_ISVTX) != 0) return refused(home, "the home is sticky: its user is at work in it");
    auto targets = name.starts_with(".q") ? smtp::parse_qmail(*text, path) : smtp::parse_forward(*text, path);
    if (!targets) return base::fail(base::Exit::temporary, targets.error().what);
    return Instructions{name, std::move(*targets)};
  }
  return Instructions();
}

}  // namespace serve
