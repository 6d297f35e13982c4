#include "serve/submit.hpp"

#include <unistd.h>

#include <cerrno>

#include "base/ascii.hpp"
#include "serve/clock.hpp"
#include "serve/routes.hpp"
#include "smtp/path.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;
constexpr std::size_t header_limit = 1 << 20;

base::Result<smtp::Path> parse_address(const std::string& address) {
  const std::string bracketed = "<" + address + ">";
  std::string_view text = bracketed;
  auto path = smtp::take_path(text);
  if (path && text.empty()) return path;
  return base::fail(base::Exit::data, "'" + base::printable(address, 200) + "' is not an address");
}

base::Result<std::string> read_chunk(int descriptor) {
  std::string out(chunk_size, '\0');
  ssize_t got = 0;
  do {
    got = read(descriptor, out.data(), out.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) return base::system_error("read the message");
  out.resize(static_cast<std::size_t>(got));
  return out;
}

/// CRLF to LF, and the lone dot that ends a message on a terminal.
class Lines {
 public:
  explicit Lines(bool dot_ends) : dot_ends_(dot_ends) {}

  bool ended() const { return ended_; }

  std::string update(std::string_view chunk) {
    std::string out;
    for (const char c : chunk) {
      if (ended_) break;
      if (cr_ && c != '\n') put('\r', out);
      cr_ = c == '\r';
      if (!cr_) put(c, out);
    }
    return out;
  }

  std::string finish() {
    std::string out;
    if (cr_ && !ended_) put('\r', out);
    if (held_dot_ && !ended_) out += '.';
    return out;
  }

 private:
  void put(char c, std::string& out) {
    if (held_dot_) {
      held_dot_ = false;
      ended_ = c == '\n';
      if (ended_) return;
      out += '.';
    }
    if (dot_ends_ && line_start_ && c == '.') {
      held_dot_ = true;
    } else {
      out += c;
    }
    line_start_ = c == '\n';
  }

  bool dot_ends_;
  bool cr_ = false;
  bool line_start_ = true;
  bool held_dot_ = false;
  bool ended_ = false;
};

}  // namespace

Submission::Submission(auth::Accounts accounts, std::string postmaster, smtp::Routes routes)
    : accounts_(std::move(accounts)), postmaster_(std::move(postmaster)), routes_(std::move(routes)) {}

base::Result<Submission> Submission::prepare(const proc::Options& given) {
  TRY_ASSIGN(auto accounts, auth::Accounts::load(given.get("domains"), given.get("users")));
  TRY_ASSIGN(auto routes, load_routes(given.get("routes")));
  Submission out(std::move(accounts), given.get("postmaster"), std::move(routes));
  out.hostname_ = given.get("hostname");
  out.spool_ = given.get("spool");
  TRY_ASSIGN(out.max_size_, given.number("max-size", 1024, std::uint64_t{1} << 40));
  return out;
}

base::Result<std::string> Submission::check_recipient(const std::string& address) const {
  const bool bare = address.find('@') == std::string::npos && !base::iequals(address, "postmaster");
  const AccountPolicy policy(accounts_, postmaster_);
  if (bare && !address.empty()) {
    TRY_ASSIGN(const auto path, parse_address(address + "@" + hostname_));
    if (policy.has_user(path.local)) return smtp::Path{path.local, {}}.local;
    return base::fail(base::Exit::no_user, base::printable(address, 200) + ": no such user here");
  }
  TRY_ASSIGN(const auto path, parse_address(address));
  if (path.null()) return base::fail(base::Exit::data, "a recipient must have an address");
  if (!path.domain.empty() && !policy.is_local_domain(path.domain)) {
    if (routes_.find(path.domain)) return smtp::to_string(path);
    return base::fail(base::Exit::no_host, address + ": no route to this domain");
  }
  if (!policy.has_user(path.local)) return base::fail(base::Exit::no_user, address + ": no such user here");
  return smtp::to_string(path);
}

base::Result<std::string> Submission::check_sender(const std::string& address) const {
  if (address.empty()) return std::string();
  TRY_ASSIGN(const auto path,
             parse_address(address.find('@') == std::string::npos ? address + "@" + hostname_ : address));
  return smtp::to_string(path);
}

base::Result<std::string> Submission::put(int descriptor, std::string first, bool dot_ends,
                                          const std::string& sender,
                                          const std::vector<std::string>& recipients) const {
  TRY_ASSIGN(auto writer, spool::Writer::create(spool_, now_microseconds(), sender, recipients));
  Lines lines(dot_ends);
  std::uint64_t size = 0;
  const auto write = [&](const std::string& text) -> base::Result<void> {
    size += text.size();
    if (size > max_size_) return base::fail(base::Exit::data, "the message is larger than max-size");
    return writer.write(text);
  };
  TRY(write(lines.update(first)));
  while (!lines.ended()) {
    TRY_ASSIGN(const auto chunk, read_chunk(descriptor));
    if (chunk.empty()) break;
    TRY(write(lines.update(chunk)));
  }
  TRY(write(lines.finish()));
  TRY(writer.commit());
  spool::wake(spool_, writer.name());
  return writer.id();
}

base::Result<std::string> read_header(int descriptor, std::string& rest) {
  std::string text;
  Lines lines(false);
  while (true) {
    const bool at_once = text.starts_with('\n');
    const auto end = at_once ? 0 : text.find("\n\n");
    if (end != std::string::npos) {
      const auto body = at_once ? 0 : end + 1;
      rest = text.substr(body);
      return text.substr(0, body);
    }
    if (text.size() > header_limit) return base::fail(base::Exit::data, "the header is longer than 1 MiB");
    TRY_ASSIGN(const auto chunk, read_chunk(descriptor));
    text += chunk.empty() ? lines.finish() : lines.update(chunk);
    if (chunk.empty()) return text;
  }
}

}  // namespace serve
