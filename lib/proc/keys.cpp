#include "proc/keys.hpp"

namespace proc {

namespace {

constexpr Option keys[] = {
    {"hostname", "NAME", "this host's name in greetings and Received", "localhost.localdomain"},
    {"spool", "DIR", "the spool directory", TUBEPOST_SPOOLDIR},
    {"domains", "FILE", "local domains, one a line", TUBEPOST_SYSCONFDIR "/domains"},
    {"users", "FILE", "local users and their password hashes", TUBEPOST_SYSCONFDIR "/users"},
    {"routes", "FILE", "where mail for other domains goes: domain host[:port], or a dot: nowhere",
     TUBEPOST_SYSCONFDIR "/routes"},
    {"relay-by-mx", "yes|no", "whether mail that has no route goes where the DNS says", "yes"},
    {"mx-loopback", "yes|no", "whether the DNS may send it to addresses of the loopback, as tests do", "no"},
    {"aliases", "FILE", "who gets the mail for names that are no users: name: target, target",
     TUBEPOST_SYSCONFDIR "/aliases"},
    {"alias-user", "NAME",
     "who starts the programs and writes the files that aliases name, when smtp-send is started as root"},
    {"lists", "FILE", "what is said of mailing lists beside their aliases: name setting value",
     TUBEPOST_SYSCONFDIR "/lists"},
    {"srs-secret", "FILE",
     "secrets, one a line, that senders of forwarded mail are rewritten with; empty: not at all"},
    {"srs-domain", "NAME", "the domain of rewritten senders"},
    {"catch-all", "ADDRESS", "who gets the mail for local addresses that are nobody's; empty: it is refused"},
    {"subaddress", "CHARACTERS", "what may stand between a user's name and an extension", "+-"},
    {"expand", "yes|no", "whether EXPN says who is behind an alias", "no"},
    {"access", "FILE", "which clients, names, senders and recipients are refused: kind pattern verdict",
     TUBEPOST_SYSCONFDIR "/access"},
    {"helo-check", "no|yes|resolve",
     "refuse clients that give neither a whole name nor their address in brackets; resolve: the DNS must "
     "have the name, "
     "too",
     "no"},
    {"reverse-dns-check", "no|warn|yes",
     "whether a client's address must have a name in the DNS that leads back to it; warn: it is only logged",
     "no"},
    {"dnsbl", "ZONE[=ADDRESS[..LAST],...][*WEIGHT]",
     "a list of addresses in the DNS; repeatable; a weight below 0: a list of good ones"},
    {"dnsbl-threshold", "N", "the weights of the lists that a client is on, from which on it is refused",
     "1"},
    {"greylist", "SECONDS",
     "how long an unknown client, sender and recipient together must wait before mail is taken; 0: not at "
     "all",
     "0"},
    {"greylist-dir", "DIR", "what greylisting remembers", TUBEPOST_SPOOLDIR "-greylist"},
    {"greylist-allow-after", "N", "deliveries after which a network waits no more; 0: never", "5"},
    {"resolver", "ADDRESS[@PORT]",
     "who answers questions to the DNS; repeatable; none: those of /etc/resolv.conf"},
    {"trust-anchor", "FILE", "DS or DNSKEY records that DNSSEC begins with; none: nothing is secure",
     "/usr/share/dns/root.key"},
    {"mta-sts", "yes|no", "whether the MTA-STS policies of other domains count", "yes"},
    {"mta-sts-dir", "DIR", "the MTA-STS policies that are remembered", TUBEPOST_SPOOLDIR "-mta-sts"},
    {"tls-results-dir", "DIR",
     "what came of the TLS with domains that want to hear of it; where there is none nothing is kept",
     TUBEPOST_SPOOLDIR "-tls-results"},
    {"tls-report-from", "ADDRESS", "whom reports about TLS come from; empty: postmaster at hostname"},
    {"authorities", "FILE", "certificates of those who sign other hosts'; empty: the system's"},
    {"dns-timeout", "SECONDS", "how long an answer of the DNS is waited for", "5"},
    {"counts", "FILE",
     "where all programs count failed logins and what each source does, however they are started; empty: "
     "each accept "
     "loop for itself",
     TUBEPOST_RUNDIR "/counts"},
    {"connections-per-minute", "N", "from one source; 0: no limit", "0"},
    {"messages-per-minute", "N", "transactions begun by one source; 0: no limit", "0"},
    {"recipients-per-minute", "N", "recipients taken from one source; 0: no limit", "0"},
    {"tarpit", "SECONDS",
     "how long an error reply to a stranger waits at most: 0.1 seconds, then twice as long each time; 0: "
     "never",
     "5"},
    {"maildir", "DIR", "each user's mailbox, relative to the home directory", "Maildir"},
    {"quota", "SIZE[,N]",
     "what a mailbox may hold, and how many messages, unless the user's line says it: 1G or 1G,5000; 0: any",
     "0"},
    {"over-quota", "defer|bounce", "whether mail for a full mailbox waits or is returned at once", "defer"},
    {"program-timeout", "SECONDS", "how long the programs of a .forward may take for one message", "300"},
    {"libexec", "DIR", "where the tools find one another", TUBEPOST_LIBEXECDIR},
    {"postmaster", "ADDRESS", "who gets bounces that cannot be returned", "postmaster"},
    {"max-size", "BYTES", "largest message accepted", "52428800"},
    {"max-recipients", "N", "recipients in one transaction", "1000"},
    {"timeout", "SECONDS", "how long to wait for the other side", "300"},
    {"relay-network", "ADDRESS", "client addresses that may relay without a login; repeatable"},
    {"proxy-network", "ADDRESS",
     "proxies that say by the PROXY protocol whom they speak for, and must; repeatable"},
    {"filter", "PROGRAM [ARGUMENT...]",
     "a program that each message goes through before it is taken; repeatable, in this order"},
    {"filter-timeout", "SECONDS", "how long one filter may take", "120"},
    {"root-login", "yes|no", "let users with uid 0 log in", "no"},
    {"verify", "yes|no", "whether VRFY says who is here, and RCPT where mail is forwarded", "no"},
    {"auth-without-tls", "yes|no", "let clients on other hosts log in without TLS", "no"},
    {"auth-mechanisms", "NAMES",
     "how clients may log in, of PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL OAUTHBEARER XOAUTH2",
     "PLAIN LOGIN"},
    {"password-check", "users|pam", "who knows passwords: the users file, or PAM's service tubepost",
     "users"},
    {"token-check", "PROGRAM",
     "what checks OAuth tokens, with its arguments, by the interface of checkpassword"},
    {"login-delay", "SECONDS", "when a login that failed is answered", "2"},
    {"pop3-login-delay", "SECONDS", "how soon after a POP3 login the user may log in again", "0"},
    {"max-login-failures", "N", "failed logins from one address, after which it may try no more; 0: no limit",
     "20"},
    {"login-failure-window", "SECONDS", "how long failed logins are remembered", "600"},
    {"local-deliver", "PROGRAM",
     "what smtp-send delivers local mail with; empty: the work of local-deliver(8), without starting it"},
    {"max-hops", "N", "Received fields after which a message counts as going in circles", "100"},
    {"smtpd-user", "NAME",
     "who reads from the network for smtpd and smtp-send, when they are started as root"},
    {"certificate", "FILE[:KEYFILE]",
     "PEM: certificate chain and key, in one file or two; repeatable, the first is for clients that name no "
     "host"},
    {"client-ca", "FILE", "PEM: who signs client certificates; without it none are asked for"},
    {"tls-user", "NAME",
     "who holds the key and reads from the network for tls-wrap, when it is started as root; else nobody"},
    {"handshake-timeout", "SECONDS", "how long a TLS handshake may take", "30"},
    {"max-connections", "N", "connections at once, where the program accepts them itself", "1000"},
    {"max-connections-per-source", "N", "of these from one address", "50"},
    {"retry", "SECONDS", "first retry after a transient failure; then half the age of the message", "1800"},
    {"deliveries", "N", "messages that are delivered at the same time", "20"},
    {"connections-per-destination", "N", "of these to one host, at most", "10"},
    {"deliveries-per-user", "N", "of these to one user of this host, at most", "5"},
    {"rate", "DOMAIN N/SECONDS",
     "no more messages to that domain or host than N in the time; * for each other one; repeatable"},
    {"lifetime", "SECONDS", "how long delivery is tried before the message is returned", "432000"},
    {"delay-warning", "SECONDS", "age at which the sender is told that a message still waits; 0: never",
     "14400"},
};

}  // namespace

std::string_view standard_counts() {
  return TUBEPOST_RUNDIR "/counts";
}

std::span<const Option> configuration_keys() {
  return keys;
}

}  // namespace proc
