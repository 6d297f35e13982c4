#include "smtp/path.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "base/scanner.hpp"
#include "base/utf8.hpp"
#include "codec/idna.hpp"
#include "header/address.hpp"

namespace smtp {

namespace {

constexpr std::size_t domain_limit = 255;
constexpr std::size_t label_limit = 63;  // RFC 1035 section 2.3.4
constexpr std::size_t path_limit = 256;  // with its brackets, section 4.5.3.1.3

base::Error wrong(std::string what) {
  return base::fail(base::Exit::data, std::move(what));
}

/// UTF-8 counts as text of an atom (RFC 6531 section 3.3).
bool is_atext(char c) {
  return base::is_alnum(c) || base::is_8bit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// Quoted-string of section 4.1.2.
base::Result<std::string> take_quoted(base::Scanner& in) {
  std::string out(1, in.next());
  while (!in.done() && in.peek() != '"') {
    if (in.peek() == '\\') out += in.next();
    if (in.done() || base::is_control(in.peek())) return wrong("bad quoted local part");
    out += in.next();
  }
  if (!in.take('"')) return wrong("quoted local part without an end");
  out += '"';
  return quoted(unquoted(out));
}

base::Result<std::string> take_local(base::Scanner& in) {
  if (in.peek() == '"') return take_quoted(in);
  const auto text = in.take_while([](char c) { return is_atext(c) || c == '.'; });
  if (text.find_first_not_of('.') == std::string_view::npos) return wrong("bad local part");
  // Some hosts have given out mailboxes whose dots stand anywhere (`a..b.`), and their mail is as good as
  // any.
  return quoted(text);
}

bool is_domain(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  char before = '.';
  std::size_t label = 0;
  for (const char c : text) {
    if ((c == '.' && (before == '.' || before == '-')) || (c == '-' && before == '.')) return false;
    label = c == '.' ? 0 : label + 1;
    if (label > label_limit) return false;
    before = c;
  }
  return before != '-';
}

/// Section 4.1.3.
bool is_literal(const std::string& inside) {
  constexpr std::string_view tag = "ipv6:";
  unsigned char octets[sizeof(in6_addr)];
  return base::istarts_with(inside, tag) ? inet_pton(AF_INET6, inside.c_str() + tag.size(), octets) == 1
                                         : inet_pton(AF_INET, inside.c_str(), octets) == 1;
}

base::Result<std::string> take_domain(base::Scanner& in) {
  if (in.take('[')) {
    const auto inside =
        in.take_while([](char c) { return base::is_alnum(c) || c == '.' || c == ':' || c == '-'; });
    if (!is_literal(std::string(inside)) || !in.take(']')) return wrong("bad address literal");
    return "[" + base::lower(inside) + "]";
  }
  // Hosts do have an underscore in their names.
  const auto text = in.take_while([](char c) {
    return base::is_alnum(c) || base::is_8bit(c) || std::string_view(".-_").find(c) != std::string_view::npos;
  });
  auto name = base::lower(text);
  if (base::has_8bit(text)) {
    // There are dots beyond ASCII.
    TRY_ASSIGN(name, codec::idna_to_ascii(text));
  }
  // Some programs write the root's dot.
  if (name.ends_with('.')) name.pop_back();
  if (!is_domain(name)) return wrong("bad domain");
  return name;
}

base::Error no_address(std::string_view text) {
  return base::fail(base::Exit::data, "'" + base::printable(text, 200) + "' is not an address");
}

/// `@a,@b:` before the mailbox; obsolete, read past and forgotten.
base::Result<void> skip_source_route(base::Scanner& in) {
  if (in.peek() != '@') return {};
  do {
    if (!in.take('@')) return wrong("bad source route");
    TRY(take_domain(in));
  } while (in.take(','));
  if (!in.take(':')) return wrong("bad source route");
  return {};
}

}  // namespace

std::string_view domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

std::string unquoted(std::string_view local) {
  if (local.size() < 2 || local.front() != '"') return std::string(local);
  std::string out;
  for (std::size_t i = 1; i + 1 < local.size(); ++i) {
    if (local[i] == '\\') ++i;
    out += local[i];
  }
  return out;
}

std::string quoted(std::string_view name) {
  header::Address out;
  out.local = name;
  return header::to_mailbox(out);
}

bool Path::needs_utf8() const {
  return base::has_8bit(local);
}

bool Path::could_be_reached() const {
  const auto label = std::string_view(domain).substr(domain.rfind('.') + 1);
  return !std::all_of(label.begin(), label.end(), base::is_digit);
}

std::string to_string(const Path& path) {
  return path.domain.empty() ? path.local : path.local + "@" + path.domain;
}

base::Result<Path> take_path(std::string_view& text) {
  base::Scanner in(text);
  Path path;
  // Devices that know nothing better leave the brackets out.
  const bool bracketed = in.take('<');
  if (!bracketed && (in.done() || in.peek() == ' ')) return wrong("'<' expected");
  if (!bracketed || !in.take('>')) {
    TRY(skip_source_route(in));
    TRY_ASSIGN(path.local, take_local(in));
    if (in.take('@')) {
      TRY_ASSIGN(path.domain, take_domain(in));
    } else if (!base::iequals(path.local, "postmaster")) {
      return wrong("no domain");
    }
    if (bracketed && !in.take('>')) return wrong("'>' expected");
    if (!bracketed && !in.done() && in.peek() != ' ') return wrong("bad address");
  }
  if (path.domain.size() > domain_limit) return wrong("domain longer than 255 octets");
  // Also as it is kept: with brackets, what was missing quoted, the domain in ASCII.
  if (std::max(in.offset(), to_string(path).size() + 2) > path_limit)
    return wrong("path longer than 256 octets");
  const auto written = text.substr(0, in.offset());
  if (!base::is_utf8(written)) return wrong("neither ASCII nor UTF-8");
  path.utf8 = base::has_8bit(written);
  text = in.rest();
  return path;
}

base::Result<Path> parse_path(std::string_view address) {
  const auto bracketed = "<" + std::string(address) + ">";
  std::string_view rest = bracketed;
  auto path = take_path(rest);
  return path && rest.empty() ? path : no_address(address);
}

base::Result<Path> parse_mailbox(std::string_view address) {
  const bool bare = address.find('@') == std::string_view::npos;
  auto path = parse_path(bare ? std::string(address) + "@local" : std::string(address));
  if (!path || path->null()) return no_address(address);
  if (bare) path->domain.clear();
  return path;
}

}  // namespace smtp
