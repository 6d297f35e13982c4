#include "mime/extension.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace mime {

namespace {

struct Row {
  std::string_view extension;
  std::string_view type;
};

constexpr Row rows[] = {
    {"txt", "text/plain"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"css", "text/css"},
    {"csv", "text/csv"},
    {"ics", "text/calendar"},
    {"vcf", "text/vcard"},
    {"md", "text/markdown"},
    {"patch", "text/x-diff"},
    {"diff", "text/x-diff"},
    {"eml", "message/rfc822"},
    {"js", "text/javascript"},
    {"json", "application/json"},
    {"xml", "application/xml"},
    {"pdf", "application/pdf"},
    {"ps", "application/postscript"},
    {"rtf", "application/rtf"},
    {"zip", "application/zip"},
    {"gz", "application/gzip"},
    {"doc", "application/msword"},
    {"xls", "application/vnd.ms-excel"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"epub", "application/epub+zip"},
    {"asc", "application/pgp-signature"},
    {"sig", "application/pgp-signature"},
    {"p7s", "application/pkcs7-signature"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"svg", "image/svg+xml"},
    {"webp", "image/webp"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"mp3", "audio/mpeg"},
    {"ogg", "audio/ogg"},
    {"flac", "audio/flac"},
    {"wav", "audio/x-wav"},
    {"mp4", "video/mp4"},
    {"webm", "video/webm"},
};

struct Mark {
  std::string_view type;  // or how it begins
  std::string_view start;
};

constexpr Mark marks[] = {
    {"image/png", "\x89PNG\r\n\x1A\n"},
    {"image/jpeg", "\xFF\xD8\xFF"},
    {"image/gif", "GIF8"},
    {"application/pdf", "%PDF-"},
    {"application/gzip", "\x1F\x8B\x08"},
    {"application/rtf", "{\\rtf"},
    {"application/vnd.openxmlformats-", "PK\3\4"},
    {"application/vnd.oasis.", "PK\3\4"},
    {"application/epub+zip", "PK\3\4"},
    {"application/msword", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"},
    {"application/vnd.ms-", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"},
    {"audio/flac", "fLaC"},
    {"video/webm", "\x1A\x45\xDF\xA3"},
};

bool is_plain_text(std::string_view start) {
  const auto control = [](char c) {
    return (c >= 0 && c < ' ' && !(c >= '\b' && c <= '\r') && c != '\x1B') || c == '\x7F';
  };
  if (start.empty() || std::any_of(start.begin(), start.end(), control)) return false;
  // The last character may be cut.
  for (std::size_t cut = 0; cut < std::min<std::size_t>(4, start.size()); ++cut) {
    if (base::is_utf8(start.substr(0, start.size() - cut))) return true;
  }
  return false;
}

// What libmagic says when it sees no more than the outside.
constexpr std::string_view vague[] = {"",
                                      "application/octet-stream",
                                      "application/zip",
                                      "text/plain",
                                      "text/xml",
                                      "application/x-ole-storage",
                                      "application/cdfv2",
                                      "application/x-empty",
                                      "inode/x-empty"};

}  // namespace

std::string_view type_of_name(std::string_view file_name) {
  const auto dot = file_name.rfind('.');
  if (dot == file_name.npos) return {};
  const auto extension = base::lower(file_name.substr(dot + 1));
  const auto found = std::find_if(std::begin(rows), std::end(rows),
                                  [&](const Row& row) { return row.extension == extension; });
  return found == std::end(rows) ? std::string_view() : found->type;
}

std::string extension_of_type(std::string_view type) {
  const auto found =
      std::find_if(std::begin(rows), std::end(rows), [&](const Row& row) { return row.type == type; });
  return found == std::end(rows) ? ".bin" : "." + std::string(found->extension);
}

std::string_view certain_type(std::string_view start, std::string_view file_name) {
  const auto named = type_of_name(file_name);
  const bool proven = named.starts_with("text/")
                          ? is_plain_text(start)
                          : std::any_of(std::begin(marks), std::end(marks), [&](const Mark& mark) {
                              return named.starts_with(mark.type) && start.starts_with(mark.start);
                            });
  return proven ? named : std::string_view();
}

std::string_view better_type(std::string_view found, std::string_view file_name) {
  const bool is_vague = std::any_of(std::begin(vague), std::end(vague),
                                    [&](std::string_view one) { return base::iequals(one, found); });
  const auto named = type_of_name(file_name);
  // A text called .png is no picture.
  const bool contradicts = found.starts_with("text/") && !named.starts_with("text/") &&
                           !named.starts_with("application/") && !named.starts_with("message/") &&
                           named != "image/svg+xml";
  // Which text it is can only be guessed.
  if (found.starts_with("text/") && named.starts_with("text/")) return named;
  if (is_vague && !named.empty() && !contradicts) return named;
  return found.empty() || found.ends_with("/x-empty") ? std::string_view("application/octet-stream") : found;
}

}  // namespace mime
