#include "proc/options.hpp"

#include <sys/auxv.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdlib>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "fs/plain_file.hpp"
#include "proc/keys.hpp"

namespace proc {

namespace po = boost::program_options;

namespace {

constexpr std::size_t configuration_limit = 1 << 20;

std::string long_name(std::string_view name) {
  return std::string(name.substr(0, name.find(',')));
}

void describe(po::options_description& all, const Option& option) {
  const std::string name(option.name);
  const auto standard = option.fallback.empty() ? std::string() : " [" + std::string(option.fallback) + "]";
  const std::string help = std::string(option.help) + standard;
  if (option.argument.empty()) {
    all.add_options()(name.c_str(), help.c_str());
    return;
  }
  auto* value = po::value<std::vector<std::string>>()->value_name(std::string(option.argument));
  all.add_options()(name.c_str(), value, help.c_str());
}

/// Up to the last option and what may be its value. Boost takes time that grows with the square of what it is
/// given, and the names of all files in a directory are given.
std::size_t length_with_options(std::span<const std::string> arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  if (end != arguments.end()) return static_cast<std::size_t>(end - arguments.begin()) + 1;
  std::size_t length = arguments.size();
  while (length > 0 && (arguments[length - 1].size() < 2 || arguments[length - 1].front() != '-')) --length;
  return std::min(length + 1, arguments.size());
}

const Option* find_key(std::string_view name) {
  const auto keys = configuration_keys();
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const Option& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

po::options_description describe(const Usage& usage) {
  po::options_description all("Options");
  for (const Option& option : all_options(usage)) describe(all, option);
  return all;
}

/// Boost takes no empty value behind an equals sign: it gets it as a word of its own.
std::vector<std::string> with_empty_values(std::span<const std::string> arguments,
                                           const po::options_description& described) {
  std::vector<std::string> out;
  bool options = true;
  for (const auto& word : arguments) {
    options = options && word != "--";
    const auto name = word.substr(0, word.size() - std::min<std::size_t>(1, word.size()));
    const bool ends = options && word.starts_with("--") && word.ends_with('=');
    const auto* option = ends ? described.find_nothrow(name.substr(2), false) : nullptr;
    const bool is_empty = option != nullptr && option->semantic()->max_tokens() > 0;
    out.push_back(is_empty ? name : word);
    if (is_empty) out.emplace_back();
  }
  return out;
}

using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Configuration {
  Values values;
  Values places;  // FILE:LINE of each
};

/// Keys that another tool uses are checked for their name and then left alone.
base::Result<Configuration> read_configuration(const std::string& path) {
  TRY_ASSIGN(const std::string text, fs::read_trusted(path, configuration_limit));
  Configuration out;
  const char* counted = text.data();
  std::size_t number = 1;
  const auto add = [&](std::string_view line) -> base::Result<void> {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return base::fail(base::Exit::configuration, "not key = value");
    const std::string_view key = base::trim(line.substr(0, equals));
    if (!find_key(key))
      return base::fail(base::Exit::configuration, "unknown key '" + base::printable(key, 60) + "'");
    number += static_cast<std::size_t>(std::count(counted, line.data(), '\n'));
    counted = line.data();
    out.values[std::string(key)].emplace_back(base::trim(line.substr(equals + 1)));
    out.places[std::string(key)].push_back(path + ":" + std::to_string(number));
    return {};
  };
  TRY(base::each_entry(text, path, base::Exit::configuration, add));
  return out;
}

bool has_key(const Usage& usage, const Values& given) {
  const bool key = std::any_of(usage.keys.begin(), usage.keys.end(),
                               [&](std::string_view name) { return given.contains(name); });
  return key || given.contains("config");
}

base::Result<Configuration> configuration(const Usage& usage, const Values& given) {
  if (usage.keys.empty()) return Configuration{};
  // With rights that the caller does not have (sendmail is setgid), the caller chooses no files.
  const bool borrowed = getauxval(AT_SECURE) != 0;
  const char* from_environment = borrowed ? nullptr : std::getenv("TUBEPOST_CONF");
  if (borrowed && !given.empty() && has_key(usage, given)) {
    return base::fail(base::Exit::not_permitted,
                      "keys of the configuration cannot be given to a program with rights of its own");
  }
  if (const auto named = given.find("config"); named != given.end())
    return read_configuration(named->second.back());
  if (from_environment != nullptr && *from_environment != '\0') return read_configuration(from_environment);
  auto standard = read_configuration(TUBEPOST_SYSCONFDIR "/tubepost.conf");
  if (!standard && standard.error().code == base::Exit::no_input) return Configuration{};
  return standard;
}

}  // namespace

std::vector<Option> all_options(const Usage& usage) {
  std::vector<Option> out(usage.options.begin(), usage.options.end());
  for (const auto key : usage.keys) {
    if (const Option* option = find_key(key)) out.push_back(*option);
  }
  if (!usage.keys.empty()) out.push_back({"config", "FILE", "configuration file"});
  out.push_back({"help", "", "show this text"});
  out.push_back({"version", "", "show the version"});
  out.push_back({"completion", "bash|zsh", "show a script for the shell"});
  return out;
}

bool Options::has(std::string_view name) const {
  return values_.contains(name);
}

std::string Options::get(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? std::string() : found->second.back();
}

std::vector<std::string> Options::all(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

base::Result<std::uint64_t> Options::number(std::string_view name, std::uint64_t least,
                                            std::uint64_t most) const {
  const auto value = base::parse_number(get(name), most);
  if (value && *value >= least) return *value;
  return wrong(name, "'" + base::printable(get(name), 60) + "' is not a number from " +
                         std::to_string(least) + " to " + std::to_string(most));
}

base::Result<bool> Options::yes(std::string_view name) const {
  const auto value = get(name);
  if (value != "yes" && value != "no") return wrong(name, "yes or no expected");
  return value == "yes";
}

base::Error Options::wrong(std::string_view name, const std::string& what, base::Exit code,
                           std::size_t which) const {
  const auto error = base::fail(code, std::string(name) + ": " + what);
  const auto found = places_.find(name);
  if (found == places_.end()) return error;
  const auto& places = found->second;
  const auto place = which < places.size() ? places[which] : places.back();
  return base::fail(base::Exit::configuration, place + ": " + error.what);
}

base::Error Options::placed(base::Error error) const {
  const auto colon = error.what.find(": ");
  const auto found = places_.find(std::string_view(error.what).substr(0, colon));
  if (colon == std::string::npos || found == places_.end()) return error;
  if (error.code == base::Exit::usage) error.code = base::Exit::configuration;
  error.what = found->second.back() + ": " + error.what;
  return error;
}

base::Result<Options> parse(const Usage& usage, std::span<const std::string> arguments) {
  Options out;
  const auto described = describe(usage);
  try {
    using style = po::command_line_style::style_t;
    const auto head = arguments.first(length_with_options(arguments));
    const auto parsed = po::command_line_parser(with_empty_values(head, described))
                            .options(described)
                            .style(style::unix_style & ~style::allow_guessing)
                            .run();
    for (const auto& option : parsed.options) {
      if (option.position_key != -1 || option.string_key.empty()) {
        out.arguments.insert(out.arguments.end(), option.value.begin(), option.value.end());
      } else {
        auto& values = out.values_[option.string_key];
        values.insert(values.end(), option.value.begin(), option.value.end());
      }
    }
    out.arguments.insert(out.arguments.end(), arguments.begin() + static_cast<std::ptrdiff_t>(head.size()),
                         arguments.end());
  } catch (const po::error& e) {
    return base::fail(base::Exit::usage, base::printable(e.what(), 200));
  }
  if (out.has("help") || out.has("version") || out.has("completion")) return out;
  TRY_ASSIGN(auto configured, configuration(usage, out.values_));
  for (const auto key : usage.keys) {
    const auto found = configured.values.find(key);
    const Option* option = find_key(key);
    if (out.has(key)) continue;
    if (found != configured.values.end()) {
      out.values_[std::string(key)] = found->second;
      out.places_[std::string(key)] = configured.places[std::string(key)];
    } else if (option != nullptr && !option->fallback.empty()) {
      out.values_[std::string(key)] = {std::string(option->fallback)};
    }
  }
  for (const Option& option : usage.options) {
    const auto name = long_name(option.name);
    if (!option.fallback.empty() && !out.has(name)) out.values_[name] = {std::string(option.fallback)};
  }
  return out;
}

std::string help_text(const Usage& usage) {
  std::string out = "usage: " + std::string(usage.program) + " " + std::string(usage.synopsis) + "\n\n" +
                    std::string(usage.summary) + "\n\n";
  std::string table;
  const auto described = describe(usage);
  for (const auto& option : described.options()) {
    std::string left = "  " + option->format_name() + " " + option->format_parameter();
    left.resize(std::max<std::size_t>(left.size() + 1, 28), ' ');
    table += left + option->description() + "\n";
  }
  out += table;
  if (!usage.examples.empty()) out += "\nexamples:\n" + std::string(usage.examples);
  return out;
}

}  // namespace proc
