#include "serve/compose.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "fs/stream.hpp"
#include "mime/content_type.hpp"
#include "mime/extension.hpp"

namespace serve {

namespace {

/// Standard input has none.
std::string base_name(const std::string& path) {
  if (path == "-") return {};
  return path.substr(path.rfind('/') + 1);
}

/// To where it begins: for a message, behind the line that mbox files put before each.
base::Result<void> rewind(int descriptor, mime::Role role) {
  off_t start = 0;
  if (role == mime::Role::message) {
    TRY_ASSIGN(const auto line, fs::read_up_to(descriptor, 0, 1024));
    if (line.starts_with("From ")) start = static_cast<off_t>(line.find('\n') + 1);
  }
  if (lseek(descriptor, start, SEEK_SET) != start) return base::system_error("rewind");
  return {};
}

base::Result<std::uint64_t> size_of(int descriptor, const std::string& path) {
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) return base::system_error(path);
  return static_cast<std::uint64_t>(status.st_size);
}

bool is_id_character(char c) {
  return c > ' ' && c < 127 && c != '<' && c != '>';
}

std::string id_of(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_id_character(c); }, '_');
  return name;
}

/// `found` by a look at the start only, which knows nothing of what comes later.
std::string charset_of(const mime::Survey& seen, const std::string& found) {
  if (seen.ascii()) return "us-ascii";
  if (seen.utf8()) return "utf-8";
  if (found == "us-ascii" || found == "utf-8") return "unknown-8bit";
  return found == "binary" ? std::string() : found;
}

/// The second time it would be empty.
base::Result<void> check_standard_input(const Draft& draft) {
  std::ptrdiff_t count = 0;
  for (const auto* list : {&draft.bodies, &draft.shown, &draft.forwarded, &draft.attached}) {
    count += std::count_if(list->begin(), list->end(), [](const Content& one) { return one.path == "-"; });
  }
  if (count <= 1) return {};
  return base::fail(base::Exit::usage, "standard input can be one content, not " + std::to_string(count));
}

class Composer {
 public:
  Composer(const Draft& draft, const Identify& identify, const Advance& advance)
      : draft_(draft), identify_(identify), advance_(advance) {}

  base::Result<void> open() {
    TRY(check_standard_input(draft_));
    for (const auto* list : {&draft_.bodies, &draft_.shown, &draft_.forwarded, &draft_.attached}) {
      const bool files = list == &draft_.shown || list == &draft_.attached;
      for (const auto& content : *list) {
        TRY_ASSIGN(files_.emplace_back(), fs::open_twice(content.path));
        auto& type = types_.emplace_back(content.type);
        if (!files || !type.empty()) continue;
        const auto name = content.name.empty() ? base_name(content.path) : content.name;
        TRY_ASSIGN(type, type_of_file(files_.back().get(), name, identify_));
      }
    }
    return {};
  }

  /// Of what is open.
  base::Result<mime::Part> arranged() {
    mime::Contents parts;
    for (const auto& content : draft_.bodies) TRY(add(content, Place::body, parts.bodies));
    for (const auto& content : draft_.shown) TRY(add(content, Place::shown, parts.shown));
    for (const auto& content : draft_.forwarded) TRY(add(content, Place::forwarded, parts.forwarded));
    for (const auto& content : draft_.attached) TRY(add(content, Place::attached, parts.attached));
    return mime::arrange(std::move(parts), draft_.nesting);
  }

  base::Result<void> body(const mime::Part& part, const mime::Emit& emit) {
    if (part.source >= files_.size()) return {};
    const int descriptor = files_[part.source].get();
    TRY(rewind(descriptor, part.role));
    mime::BodyEncoder encoder(part.encoding, part.role);
    std::string out;
    TRY(fs::each_chunk(descriptor, "read again", [&](std::string_view chunk) {
      out.clear();
      encoder.update(chunk, out);
      done_ += chunk.size();
      if (advance_) advance_(done_, total_);
      return emit(out);
    }));
    out.clear();
    encoder.finish(out);
    return emit(out);
  }

 private:
  enum class Place { body, shown, forwarded, attached };

  base::Result<void> add(const Content& content, Place place, std::vector<mime::Part>& to) {
    mime::Part part;
    part.source = surveyed_++;
    const auto& file = files_[part.source];
    part.name = content.name;
    part.type = content.type;
    if (place == Place::body) {
      TRY(survey_body(file.get(), content.path, part));
    } else if (place == Place::forwarded) {
      TRY(survey_message(file.get(), content.path, part));
    } else {
      if (part.name.empty()) part.name = base_name(content.path);
      part.disposition = place == Place::shown ? "inline" : "attachment";
      if (place == Place::shown)
        part.content_id = content.content_id.empty() ? id_of(part.name) : content.content_id;
      TRY(survey_file(file.get(), content.path, types_[part.source], part));
    }
    TRY_ASSIGN(const auto size, size_of(file.get(), content.path));
    total_ += size;
    to.push_back(std::move(part));
    return {};
  }

  base::Result<mime::Survey> survey(int descriptor, const std::string& path, mime::Role role) const {
    mime::Survey out(draft_.boundary);
    TRY(rewind(descriptor, role));
    TRY(fs::each_chunk(descriptor, path, [&](std::string_view chunk) -> base::Result<void> {
      out.update(chunk);
      return {};
    }));
    out.finish();
    return out;
  }

  base::Result<void> survey_body(int descriptor, const std::string& path, mime::Part& part) const {
    TRY_ASSIGN(const auto seen, survey(descriptor, path, part.role));
    if (!seen.utf8())
      return base::fail(base::Exit::data, path + ": the text is not UTF-8; attach it, or convert it first");
    part.charset = seen.ascii() ? "us-ascii" : "utf-8";
    part.encoding = seen.choose(part.role);
    return {};
  }

  /// A message may not be encoded (RFC 2046 section 5.2.1): one that no relay takes as it stands goes as a
  /// file.
  base::Result<void> survey_message(int descriptor, const std::string& path, mime::Part& part) const {
    part.type = "message/rfc822";
    part.role = mime::Role::message;
    TRY_ASSIGN(const auto seen, survey(descriptor, path, part.role));
    if (part.disposition.empty()) part.disposition = "inline";
    part.encoding = seen.choose(part.role);
    if (part.encoding != mime::Encoding::base64) return {};
    part.type = "application/octet-stream";
    part.role = mime::Role::file;
    part.disposition = "attachment";
    if (part.name.empty()) part.name = base_name(path);
    return {};
  }

  base::Result<void> survey_file(int descriptor, const std::string& path, const std::string& found,
                                 mime::Part& part) const {
    const auto type = found.empty() ? mime::ContentType{"", "", {}} : mime::parse_content_type(found);
    const bool given = !part.type.empty();
    part.type = type.type.empty() ? std::string() : type.type + "/" + type.subtype;
    if (!given) part.type = mime::better_type(part.type, part.name);
    if (part.type == "message/rfc822") return survey_message(descriptor, path, part);
    part.role = mime::Role::file;
    part.encoding = mime::Encoding::base64;
    // All else must come back byte for byte, and only base64 makes sure that nobody touches a line end.
    if (!part.type.starts_with("text/")) return {};
    TRY_ASSIGN(const auto seen, survey(descriptor, path, part.role));
    part.encoding = seen.choose(part.role);
    if (!given && seen.mixed_line_ends()) {
      part.type = "application/octet-stream";
      return {};
    }
    const auto* charset = mime::find(type.parameters, "charset");
    part.charset = charset_of(seen, charset == nullptr ? "" : *charset);
    return {};
  }

  const Draft& draft_;
  const Identify& identify_;
  const Advance& advance_;
  std::vector<fs::Fd> files_;       // in the order of the letter
  std::vector<std::string> types_;  // of each, as it was given or found
  std::size_t surveyed_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

bool is_media_type(std::string_view type) {
  const auto token = [](char c) {
    return base::is_alnum(c) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
  };
  const auto slash = type.find('/');
  return slash != type.npos && slash > 0 && slash + 1 < type.size() && type.size() <= 200 &&
         std::all_of(type.begin(), type.begin() + static_cast<std::ptrdiff_t>(slash), token) &&
         std::all_of(type.begin() + static_cast<std::ptrdiff_t>(slash) + 1, type.end(), token);
}

}  // namespace

base::Result<Content> parse_content(std::string_view argument) {
  Content out;
  const std::pair<std::string_view, std::string*> keys[] = {
      {";type=", &out.type}, {";name=", &out.name}, {";cid=", &out.content_id}};
  std::string* value = &out.path;
  for (std::size_t at = 0; at < argument.size();) {
    const auto key = std::find_if(std::begin(keys), std::end(keys), [&](const auto& one) {
      return argument.substr(at).starts_with(one.first);
    });
    if (key == std::end(keys)) {
      *value += argument[at++];
    } else {
      value = key->second;
      at += key->first.size();
    }
  }
  out.type = base::lower(out.type);
  if (!out.type.empty() && (!is_media_type(out.type) || out.type.starts_with("multipart/"))) {
    return base::fail(base::Exit::usage, "'" + base::printable(out.type, 80) + "' is no type of a file");
  }
  if (!std::all_of(out.content_id.begin(), out.content_id.end(), is_id_character)) {
    return base::fail(base::Exit::usage,
                      "'" + base::printable(out.content_id, 80) + "' cannot be a Content-ID");
  }
  return out;
}

base::Result<void> compose(const Draft& draft, const Identify& identify, const mime::Emit& emit,
                           const Advance& advance, const std::function<base::Result<void>()>& opened) {
  Composer composer(draft, identify, advance);
  TRY(composer.open());
  if (opened) TRY(opened());
  TRY_ASSIGN(const auto root, composer.arranged());
  TRY(emit(draft.header));
  return mime::write(root, draft.boundary, emit,
                     [&](const mime::Part& part, const mime::Emit& to) { return composer.body(part, to); });
}

}  // namespace serve
