#include "serve/compose_header.hpp"

#include <unistd.h>

#include <array>

#include "base/ascii.hpp"
#include "header/address.hpp"
#include "header/address_field.hpp"
#include "header/date.hpp"
#include "header/field.hpp"
#include "header/text_writer.hpp"
#include "serve/clock.hpp"

namespace serve {

namespace {

std::string date_text(const std::string& given) {
  const auto seconds = given.starts_with('@')
                           ? base::parse_number(std::string_view(given).substr(1), 1ULL << 40)
                           : std::nullopt;
  if (given.empty() || seconds) return header::format_date(seconds.value_or(now_seconds()));
  return given;
}

std::string domain_of(const std::string& from) {
  const auto authors = header::parse_addresses(from);
  if (!authors.empty() && !authors.front().domain.empty()) return authors.front().domain;
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? std::string(name.data())
                                                                           : "localhost";
}

/// The same for the same options where nothing is left to time and chance (FNV-1a, 64 bits).
std::string message_id(const proc::Options& given, const std::string& random) {
  std::string left = std::to_string(now_microseconds()) + "." + random;
  if (given.has("date") && given.has("boundary")) {
    std::uint64_t sum = 0xcbf29ce484222325;
    for (const char* option : {"date", "boundary", "from", "to", "cc", "bcc", "subject", "header"}) {
      for (const auto& value : given.all(option)) {
        for (const char c : value + '\n') sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
      }
    }
    left = std::to_string(sum) + ".same";
  }
  return "<" + left + "@" + domain_of(given.get("from")) + ">";
}

header::Form form_of(const proc::Options& given) {
  return given.has("utf8") ? header::Form::utf8 : header::Form::ascii;
}

/// What -H gives.
base::Result<std::string> own_fields(const proc::Options& given) {
  std::string out;
  for (const auto& field : given.all("header")) {
    const auto colon = std::min(field.find(':'), field.size());
    const auto name = base::trim(std::string_view(field).substr(0, colon));
    if (colon == field.size() || base::istarts_with(name, "content-") ||
        base::iequals(name, "mime-version")) {
      return base::fail(base::Exit::usage,
                        "-H: '" + base::printable(field, 100) + "' is not a field to give");
    }
    TRY_ASSIGN(const auto text, header::any_field(name, field.substr(colon + 1), form_of(given)));
    out += text;
  }
  return out;
}

}  // namespace

base::Result<std::string> compose_header(const proc::Options& given, const std::string& random) {
  TRY_ASSIGN(const auto own, own_fields(given));
  const auto fields = header::parse_fields(own);
  const auto joined = [&](const char* option) {
    std::string list;
    for (const auto& one : given.all(option)) list += (list.empty() ? "" : ", ") + one;
    return list;
  };
  const struct {
    const char* name;
    const char* option;
    std::string value;
  } made[] = {{"Date", "date", date_text(given.get("date"))},
              {"From", "from", given.get("from")},
              {"To", "to", joined("to")},
              {"Cc", "cc", joined("cc")},
              {"Bcc", "bcc", joined("bcc")},
              {"Subject", "subject", given.get("subject")},
              {"Message-ID", "", message_id(given, random)}};
  std::string out;
  for (const auto& [name, option, value] : made) {
    const bool replaced = header::find(fields, name) != nullptr;
    if (replaced && given.has(option)) {
      return base::fail(base::Exit::usage, std::string("-H and --") + option + " exclude each other");
    }
    if (replaced || value.empty()) continue;
    TRY_ASSIGN(const auto text, option == std::string_view("subject")
                                    ? header::text_field(name, value, form_of(given))
                                    : header::any_field(name, value, form_of(given)));
    out += text;
  }
  return out + own;
}

}  // namespace serve
