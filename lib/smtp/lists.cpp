#include "smtp/lists.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "base/utf8.hpp"
#include "smtp/aliases.hpp"

namespace smtp {

namespace {

constexpr std::size_t posters_limit = 1000;  // of one list
constexpr std::size_t value_limit = 500;     // octets

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
  const auto add = [&](std::string_view line) -> base::Result<void> {
    const auto word = base::take_word(line);
    const auto setting = base::lower(base::take_word(line));
    TRY(parse_target(word));
    const auto name = alias_key(word).value();
    TRY(set(out.lists_[name], setting, line));
    if (setting != "poster" && !said.emplace(name, setting).second)
      return base::fail(base::Exit::configuration, "'" + setting + "' a second time");
    return {};
  };
  TRY(base::each_entry(text, file, base::Exit::configuration, add));
  return out;
}

const ListSettings& Lists::find(std::string_view key) const {
  static const ListSettings nothing_said;
  const auto found = lists_.find(key);
  return found == lists_.end() ? nothing_said : found->second;
}

}  // namespace smtp
