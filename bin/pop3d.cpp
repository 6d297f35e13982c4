// Gives one user one Maildir by POP3.
#include "proc/run.hpp"
#include "serve/mailbox_service.hpp"
#include "serve/pop3_server.hpp"

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
                                     "auth-mechanisms",
                                     "auth-without-tls",
                                     "login-delay",
                                     "counts",
                                     "max-login-failures",
                                     "login-failure-window",
                                     "pop3-login-delay"};
constexpr proc::Usage usage = {"pop3d",
                               "[options]",
                               "Give a user's Maildir by POP3.",
                               "  tcpserver -HRl0 127.0.0.1 2110 pop3d --config tubepost.conf\n",
                               options,
                               keys};

base::Result<int> session(net::Wire& wire, const std::string& maildir, const proc::Options& given) {
  TRY_ASSIGN(const auto delay, given.number("pop3-login-delay", 0, UINT32_MAX));
  return serve::pop3_session(wire, maildir, static_cast<std::uint32_t>(delay));
}

base::Result<int> work(const proc::Options& given) {
  serve::MailboxService service;
  service.program = "pop3d";
  service.least_timeout = 600;  // RFC 1939 section 3
  service.is_pop3 = true;
  service.before_login = serve::pop3_before_login;
  service.session = session;
  return serve::serve_mailbox(given, service);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}
