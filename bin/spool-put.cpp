// Puts the message on stdin into the spool; prints its id once it is safe on disk.
#include <unistd.h>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "proc/run.hpp"
#include "serve/clock.hpp"
#include "serve/routes.hpp"
#include "serve/smtp_server.hpp"
#include "smtp/path.hpp"
#include "spool/writer.hpp"

namespace {

constexpr proc::Option options[] = {{"sender,f", "ADDRESS", "the reverse-path; empty for none", ""}};
constexpr std::string_view keys[] = {"spool", "domains", "users", "routes", "postmaster", "max-size"};
constexpr proc::Usage usage = {"spool-put", "[-f SENDER] RECIPIENT... < message",
                               "Put a message into the spool and print its id.",
                               "  spool-put -f alice@example.test bob@example.test < message\n", options, keys};

base::Result<smtp::Path> parse_address(const std::string& address) {
  const std::string bracketed = "<" + address + ">";
  std::string_view text = bracketed;
  auto path = smtp::take_path(text);
  if (path && text.empty()) return path;
  return base::fail(base::Exit::data, "'" + base::printable(address, 200) + "' is not an address");
}

/// Every recipient must have somewhere to go before anything is accepted.
base::Result<void> check_recipient(const serve::AccountPolicy& policy, const smtp::Routes& routes, const std::string& address) {
  TRY_ASSIGN(const auto path, parse_address(address));
  if (path.null()) return base::fail(base::Exit::data, "a recipient must have an address");
  if (!path.domain.empty() && !policy.is_local_domain(path.domain)) {
    if (routes.find(path.domain)) return {};
    return base::fail(base::Exit::no_host, address + ": no route to this domain");
  }
  if (!policy.has_user(path.local)) return base::fail(base::Exit::no_user, address + ": no such user here");
  return {};
}

/// Lines of a shell's text end with LF; CRLF is stored as LF too.
base::Result<void> copy(spool::Writer& writer, std::uint64_t limit) {
  std::uint64_t size = 0;
  bool carriage_return = false;
  std::string chunk(64 * 1024, '\0');
  while (true) {
    const ssize_t got = read(0, chunk.data(), chunk.size());
    if (got < 0) return base::system_error("read the message");
    std::string text;
    for (const char c : std::string_view(chunk).substr(0, static_cast<std::size_t>(got))) {
      if (carriage_return && c != '\n') text += '\r';
      carriage_return = c == '\r';
      if (!carriage_return) text += c;
    }
    if (got == 0) {
      if (carriage_return) TRY(writer.write("\r"));
      return {};
    }
    size += text.size();
    if (size > limit) return base::fail(base::Exit::data, "the message is larger than max-size");
    TRY(writer.write(text));
  }
}

base::Result<int> work(const proc::Options& given) {
  if (given.arguments.empty()) return base::fail(base::Exit::usage, "a recipient is needed");
  TRY_ASSIGN(const auto limit, given.number("max-size", 1024, std::uint64_t{1} << 40));
  TRY_ASSIGN(const auto accounts, auth::Accounts::load(given.get("domains"), given.get("users")));
  TRY_ASSIGN(const auto routes, serve::load_routes(given.get("routes")));
  const serve::AccountPolicy policy(accounts, given.get("postmaster"));
  if (!given.get("sender").empty()) TRY(parse_address(given.get("sender")));
  for (const auto& address : given.arguments) TRY(check_recipient(policy, routes, address));
  TRY_ASSIGN(auto writer, spool::Writer::create(given.get("spool"), serve::now_microseconds(), given.get("sender"),
                                                given.arguments));
  TRY(copy(writer, limit));
  TRY(writer.commit());
  spool::wake(given.get("spool"), writer.name());
  TRY(fs::write_all(1, writer.id() + "\n"));
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return proc::run(argc, argv, usage, work); }
