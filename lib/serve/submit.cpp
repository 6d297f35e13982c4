#include "serve/submit.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/ascii.hpp"
#include "fs/stream.hpp"
#include "header/field.hpp"
#include "proc/confine.hpp"
#include "serve/clock.hpp"
#include "serve/host_name.hpp"
#include "smtp/path.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;
constexpr std::size_t header_limit = 1 << 20;

/// CRLF to LF, any other CR to a blank, and the lone dot that ends a message on a terminal.
class Lines {
 public:
  explicit Lines(bool dot_ends) : dot_ends_(dot_ends) {}

  bool ended() const { return ended_; }
  bool holds_cr() const { return cr_; }

  std::string update(std::string_view chunk) {
    std::string out;
    for (const char c : chunk) {
      if (ended_) break;
      // What some hosts take for a line end and others do not must not reach any of them.
      if (cr_ && c != '\n') put(' ', out);
      cr_ = c == '\r';
      if (!cr_) put(c, out);
    }
    return out;
  }

  std::string finish() {
    std::string out;
    if (cr_ && !ended_) put(' ', out);
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

/// The header line by line as it comes. It ends at the empty line, or before the first line that can be no
/// part of one: then an empty line is put there, and a text without a header stays a text.
class HeaderReader {
 public:
  std::string head, rest;

  std::size_t size() const { return text_.size(); }

  /// True when the header has ended, in `head`; what was read behind it is in `rest`.
  bool update(std::string_view chunk, bool last) {
    text_ += chunk;
    while (at_ < text_.size()) {
      const auto end = text_.find('\n', searched_);
      searched_ = text_.size();
      if (end == std::string::npos && !last) return false;
      const auto line = std::string_view(text_).substr(at_, end - at_);
      if (!belongs(line)) return split(line.empty() ? "" : "\n");
      searched_ = at_ = end == std::string::npos ? text_.size() : end + 1;
    }
    return last && split("");
  }

 private:
  bool belongs(std::string_view line) const {
    if (at_ > 0 && !line.empty() && base::is_wsp(line[0])) return true;
    // The line that mbox files put before each message.
    if (at_ == 0 && line.starts_with("From ")) return true;
    const auto field = header::take_field(line);
    return field && !field->name.empty();
  }

  bool split(std::string_view between) {
    const auto begin = text_.starts_with("From ") ? std::min(text_.find('\n'), at_ - 1) + 1 : 0;
    head = text_.substr(begin, at_ - begin);
    rest = std::string(between) + text_.substr(at_);
    return true;
  }

  std::string text_;
  std::size_t at_ = 0;        // of the line that comes
  std::size_t searched_ = 0;  // no line end before it
};

/// Puts what the filters make of the message where it goes.
base::Result<void> pass(FilterChain& chain, const FilterEnvelope& envelope, spool::Writer& writer) {
  TRY_ASSIGN(const auto verdict, chain.run(envelope));
  if (verdict.kind == FilterVerdict::Kind::reject)
    return base::fail(base::Exit::not_permitted, verdict.text.empty() ? "refused by a filter" : verdict.text);
  if (verdict.kind == FilterVerdict::Kind::defer)
    return base::fail(base::Exit::temporary, "the message cannot be checked now, try again later");
  base::Result<void> written;
  const auto read = chain.each_chunk(std::string::npos,
                                     [&](std::string_view text) { return written = writer.write(text); });
  if (read || !written) return read;
  return base::fail(base::Exit::temporary, read.error().what);
}

std::string caller_name() {
  const passwd* user = getpwuid(getuid());
  return user == nullptr ? "uid" + std::to_string(getuid()) : user->pw_name;
}

}  // namespace

base::Result<std::string> Handed::next() {
  std::string out;
  TRY(fs::read_some(descriptor_, out, chunk_size, "read the message"));
  if (const auto nul = out.find('\0'); nul != out.npos)
    return base::fail(base::Exit::data, "a NUL in the message, octet " + std::to_string(octets_ + nul + 1));
  octets_ += out.size();
  return out;
}

base::Result<Submission> Submission::prepare(const proc::Options& given) {
  TRY_ASSIGN(auto accounts, AccountFiles::load(given));
  Submission out(std::move(accounts));
  TRY_ASSIGN(out.hostname_, host_name(given));
  out.spool_ = given.get("spool");
  TRY_ASSIGN(out.max_size_, given.number("max-size", 1024, std::uint64_t{1} << 40));
  out.caller_ = caller_name();
  TRY_ASSIGN(const auto rules, FilterRules::load(given));
  if (!rules.commands.empty()) {
    TRY_ASSIGN(out.filters_, FilterChain::start(rules));
  }
  TRY(proc::confine({proc::Role::receiver, {}, {out.spool_}}));
  return out;
}

base::Result<std::string> Submission::check_recipient(const std::string& address) const {
  const bool bare = address.find('@') == std::string::npos && !base::iequals(address, "postmaster");
  const auto& policy = accounts_.policy();
  if (bare && !address.empty()) {
    TRY_ASSIGN(const auto path, smtp::parse_path(address + "@" + hostname_));
    if (policy.mailbox_of(smtp::unquoted(path.local), "")) return path.local;
    return base::fail(base::Exit::no_user, base::printable(address, 200) + ": no such user here");
  }
  TRY_ASSIGN(const auto path, smtp::parse_path(address));
  if (path.null()) return base::fail(base::Exit::data, "a recipient must have an address");
  if (!path.domain.empty() && !policy.is_local_domain(path.domain)) {
    if (policy.has_route(path.domain)) return smtp::to_string(path);
    return base::fail(base::Exit::no_host, address + ": no route to this domain");
  }
  if (!policy.mailbox_of(smtp::unquoted(path.local), path.domain))
    return base::fail(base::Exit::no_user, address + ": no such user here");
  return smtp::to_string(path);
}

/// The same for all ways to write a user: in any case, with a local domain or none.
std::string Submission::whom(const std::string& recipient) const {
  const auto at = recipient.rfind('@');
  const bool bare = at == std::string::npos;
  if (!bare && !accounts_.policy().is_local_domain(std::string_view(recipient).substr(at + 1)))
    return recipient;
  const auto local = smtp::unquoted(std::string_view(recipient).substr(0, at));
  const auto domain = bare ? std::string_view() : std::string_view(recipient).substr(at + 1);
  return accounts_.policy().mailbox_of(local, domain).value_or(base::lower(local));
}

base::Result<std::vector<std::string>> Submission::check_recipients(
    const std::vector<std::string>& named) const {
  std::vector<std::string> out;
  std::set<std::string> known;
  for (const auto& address : named) {
    TRY_ASSIGN(auto recipient, check_recipient(address));
    if (known.insert(whom(recipient)).second) out.push_back(std::move(recipient));
  }
  return out;
}

base::Result<std::string> Submission::check_sender(const std::string& address) const {
  if (address.empty() || address == "<>") return std::string();
  TRY_ASSIGN(const auto path,
             smtp::parse_path(address.find('@') == std::string::npos ? address + "@" + hostname_ : address));
  return smtp::to_string(path);
}

base::Result<void> copy_lines(Handed& message, std::string_view first, bool dot_ends,
                              const std::function<base::Result<void>(std::string_view)>& write) {
  Lines lines(dot_ends);
  TRY(write(lines.update(first)));
  while (!lines.ended()) {
    TRY_ASSIGN(const auto chunk, message.next());
    if (chunk.empty()) break;
    TRY(write(lines.update(chunk)));
  }
  return write(lines.finish());
}

base::Result<void> Submission::copy(Handed& message, std::string_view first, bool dot_ends,
                                    const std::function<base::Result<void>(std::string_view)>& write) const {
  std::uint64_t size = 0;
  return copy_lines(message, first, dot_ends, [&](std::string_view text) -> base::Result<void> {
    size += text.size();
    if (size > max_size_) return base::fail(base::Exit::data, "the message is larger than max-size");
    return write(text);
  });
}

base::Result<std::string> Submission::put(Handed& message, std::string first, bool dot_ends,
                                          const std::string& sender,
                                          const std::vector<std::string>& recipients) {
  TRY_ASSIGN(auto writer, spool::Writer::create(spool_, now_microseconds(), sender, recipients));
  if (filters_) {
    TRY(filters_->begin());
    TRY(copy(message, first, dot_ends, [&](std::string_view text) { return filters_->write(text); }));
    FilterEnvelope envelope = {sender, {}, "", caller_, "", writer.id(), ""};
    for (const auto& recipient : recipients)
      envelope.recipients.push_back(whole_address(recipient, hostname_));
    TRY(pass(*filters_, envelope, writer));
  } else {
    TRY(copy(message, first, dot_ends, [&](std::string_view text) { return writer.write(text); }));
  }
  TRY(writer.commit());
  spool::wake(spool_, writer.name());
  return writer.id();
}

base::Result<std::string> read_header(Handed& message, std::string& rest) {
  HeaderReader reader;
  Lines lines(false);
  while (true) {
    TRY_ASSIGN(const auto chunk, message.next());
    if (reader.update(chunk.empty() ? lines.finish() : lines.update(chunk), chunk.empty())) {
      rest = std::move(reader.rest);
      // What it is depends on what comes.
      if (lines.holds_cr()) rest += '\r';
      return std::move(reader.head);
    }
    if (reader.size() > header_limit) return base::fail(base::Exit::data, "the header is longer than 1 MiB");
  }
}

}  // namespace serve
