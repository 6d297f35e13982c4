#include "smtp/lists.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "smtp/aliases.hpp"

namespace smtp {

namespace {

constexpr std::size_t posters_limit = 1000;  // of one list
constexpr std::size_t value_limit = 500;     // octets

/// The text before the next blank; takes it and the blanks off.
std::string_view take_word(std::string_view& line) {
  const auto end = std::min(line.find_first_of(" \t"), line.size());
  const auto out = line.substr(0, end);
  line = base::trim(line.substr(end));
  return out;
}

/// RFC 3986 as far as it keeps a field whole: a scheme, and no blank, bracket or 8-bit octet.
bool is_url(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  if (!base::is_alpha(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 127 && std::string_view("<>\"\\^`{|}").find(c) == std::string_view::npos;
  });
}

std::string ListSettings::*url_of(std::string_view setting) {
  const std::pair<std::string_view, std::string ListSettings::*> urls[] = {
      {"help", &ListSettings::help},
      {"subscribe", &ListSettings::subscribe},
      {"unsubscribe", &ListSettings::unsubscribe},
      {"archive", &ListSettings::archive}};
  for (const auto& [name, place] : urls) {
    if (name == setting) return place;
  }
  return nullptr;
}

base::Result<void> set_post(ListSettings& list, std::string_view value) {
  using Post = ListSettings::Post;
  for (const auto& [word, post] :
       {std::pair("anyone", Post::anyone), {"members", Post::members}, {"owner", Post::owner}}) {
    if (value == word) {
      list.post = post;
      return {};
    }
  }
  return base::fail(base::Exit::data, "post is one of anyone, members, owner");
}

base::Result<void> add_poster(ListSettings& list, std::string_view value) {
  TRY_ASSIGN(auto path, parse_target(value));
  if (list.posters.size() == posters_limit) return base::fail(base::Exit::data, "too many posters");
  list.posters.push_back(std::move(path));
  return {};
}

base::Result<void> set(ListSettings& list, std::string_view setting, std::string_view value) {
  if (value.empty() || value.size() > value_limit || !base::is_utf8(value) ||
      std::any_of(value.begin(), value.end(), base::is_control))
    return base::fail(base::Exit::data, "not 'name setting value'");
  if (setting == "post") return set_post(list, value);
  if (setting == "poster") return add_poster(list, value);
  if (setting == "description") {
    list.description = value;
    return {};
  }
  const auto url = url_of(setting);
  if (url == nullptr)
    return base::fail(base::Exit::data, "'" + base::printable(setting, 100) + "' is no setting of a list");
  if (!is_url(value)) return base::fail(base::Exit::data, "'" + base::printable(value, 200) + "' is no URL");
  list.*url = value;
  return {};
}

}  // namespace

base::Result<Lists> Lists::parse(std::string_view text, const std::string& file) {
  Lists out;
  std::set<std::pair<std::string, std::string>> said;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = base::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto wrong = [&](const std::string& what) {
      return base::fail(base::Exit::configuration, file + ":" + std::to_string(number) + ": " + what);
    };
    const auto name = base::lower(take_word(line));
    const auto setting = base::lower(take_word(line));
    if (const auto key = parse_target(name); !key) return wrong(key.error().what);
    if (const auto done = set(out.lists_[name], setting, line); !done) return wrong(done.error().what);
    if (setting != "poster" && !said.emplace(name, setting).second)
      return wrong("'" + setting + "' a second time");
  }
  return out;
}

const ListSettings& Lists::find(std::string_view key) const {
  static const ListSettings nothing_said;
  const auto found = lists_.find(key);
  return found == lists_.end() ? nothing_said : found->second;
}

}  // namespace smtp
