// Gives one user one Maildir by IMAP.
#include "codec/charset.hpp"
#include "proc/run.hpp"
#include "serve/imap_server.hpp"
#include "serve/mailbox_service.hpp"
#include "serve/quota_option.hpp"

namespace {

constexpr proc::Option options[] = {{"check", "", "say whether the configuration is good, and end"},
                                    {"session", "", "the user has logged in; started so by check-password"}};
constexpr std::string_view keys[] = {"hostname",
                                     "maildir",
                                     "libexec",
                                     "timeout",
                                     "users",
                                     "max-connections",
                                     "max-connections-per-source",
                                     "max-size",
                                     "quota",
                                     "auth-mechanisms",
                                     "auth-without-tls",
                                     "login-delay",
                                     "counts",
                                     "max-login-failures",
                                     "login-failure-window"};
constexpr proc::Usage usage = {"imapd",
                               "[options]",
                               "Give a user's Maildir by IMAP.",
                               "  tcpserver -HRl0 127.0.0.1 2143 imapd --config tubepost.conf\n",
                               options,
                               keys};

base::Result<serve::ImapSession> session_options(const proc::Options& given) {
  serve::ImapSession out;
  out.hostname = given.get("hostname");
  TRY_ASSIGN(out.max_size, given.number("max-size", 1024, std::uint64_t{1} << 40));
  TRY_ASSIGN(out.quota, serve::quota_option(given));
  return out;
}

base::Result<int> session(net::Wire& wire, const std::string& maildir, const proc::Options& given) {
  TRY_ASSIGN(auto config, session_options(given));
  config.maildir = maildir;
  config.quota = serve::own_quota(config.quota);
  return serve::imap_session(wire, config);
}

base::Result<int> work(const proc::Options& given) {
  // Before anybody has logged in.
  TRY(session_options(given));
  serve::MailboxService service;
  service.program = "imapd";
  service.least_timeout = 1800;  // RFC 3501 section 5.4
  service.readable = {codec::charset_tables};
  service.before_login = serve::imap_before_login;
  service.session = session;
  return serve::serve_mailbox(given, service);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}
