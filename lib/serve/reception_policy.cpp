#include "serve/reception_policy.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "net/network.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"

namespace serve {

namespace {

std::optional<smtp::Reply> reply_of(const std::optional<Ruling>& ruling, smtp::Subject subject) {
  using Verdict = Ruling::Verdict;
  if (!ruling || ruling->verdict == Verdict::ok || ruling->verdict == Verdict::moved) return std::nullopt;
  const bool reject = ruling->verdict == Ruling::Verdict::reject;
  // RFC 5321 sections 3.1 and 3.8: no other codes say it in place of the greeting.
  const bool greeting = subject == smtp::Subject::client;
  const int code = reject ? (greeting ? 554 : 550) : greeting ? 421 : 450;
  const auto text = reject ? "refused by a rule of this site" : "not now, by a rule of this site";
  return smtp::Reply{code, reject ? "5.7.1" : "4.7.1", {ruling->text.empty() ? text : ruling->text}};
}

/// Nothing: not known, and mail is taken as long as it can be written.
std::optional<struct statvfs> disk_of(const std::string& directory) {
  struct statvfs out = {};
  if (directory.empty() || statvfs(directory.c_str(), &out) != 0 || out.f_frsize == 0 || out.f_blocks == 0)
    return std::nullopt;
  return out;
}

}  // namespace

bool is_good_helo(std::string_view name) {
  if (name.starts_with('[')) {
    const auto inside = name.substr(1, name.size() < 2 ? 0 : name.size() - 2);
    const auto address = base::istarts_with(inside, "IPv6:") ? inside.substr(5) : inside;
    return name.ends_with(']') && address.find('/') == std::string_view::npos && net::Network::parse(address);
  }
  std::size_t labels = 0;
  bool digits = true;
  for (auto rest = name; !rest.empty() || labels == 0; ++labels) {
    const auto dot = std::min(rest.find('.'), rest.size());
    const auto label = rest.substr(0, dot);
    const auto good = [](char c) { return base::is_alnum(c) || base::is_8bit(c) || c == '-' || c == '_'; };
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
        !std::all_of(label.begin(), label.end(), good))
      return false;
    digits = std::all_of(label.begin(), label.end(), base::is_digit);
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  return labels > 1 && !digits && name.size() <= 255;
}

ReceptionPolicy::ReceptionPolicy(const AccountPolicy& accounts, const Access& access, const net::Rates* rates,
                                 RateLimits limits, Client client, Screens screens)
    : accounts_(accounts),
      access_(access),
      rates_(rates),
      limits_(limits),
      client_(std::move(client)),
      screens_(screens) {
  ruling_ = access_.judge(smtp::Subject::client, client_.address);
}

std::optional<smtp::Reply> ReceptionPolicy::refusal(smtp::Subject subject, std::string_view text,
                                                    const smtp::Standing& standing) const {
  if (subject == smtp::Subject::recipient) {
    // Also one that looks like a file or program, and is none where it is a recipient.
    const auto to = smtp::parse_mailbox(text);
    if (auto reply = to ? accounts_.refusal_of(*to, standing.sender) : std::nullopt) return reply;
    if (auto reply = to ? no_room(*to, standing.size) : std::nullopt) return reply;
  }
  if (ruling_ && ruling_->verdict == Ruling::Verdict::ok) return std::nullopt;
  const bool is_address = subject == smtp::Subject::sender || subject == smtp::Subject::recipient;
  const auto others = is_address ? accounts_.without_extensions(text) : std::vector<std::string>();
  const auto ruling = subject == smtp::Subject::client ? ruling_ : access_.judge(subject, text, others);
  if (auto reply = reply_of(ruling, subject)) return reply;
  if (client_.trusted) return std::nullopt;
  if (subject == smtp::Subject::helo && client_.check_helo && !ruling && !is_good_helo(text))
    return smtp::Reply{550, "5.7.1", {"say your whole name, or your address in brackets"}};
  if (auto reply = over_rate(subject)) return reply;
  return screened(subject, text, standing, ruling && ruling->verdict == Ruling::Verdict::ok);
}

/// Of one user's own address; what goes to several is not turned away for one of them.
std::optional<smtp::Reply> ReceptionPolicy::no_room(const smtp::Path& recipient, std::uint64_t size) const {
  if (full_ == nullptr) return std::nullopt;
  if (!recipient.domain.empty() && !is_local_domain(recipient.domain)) return std::nullopt;
  const auto who = accounts_.expand(recipient.local, recipient.domain);
  if (!who.list.empty() || who.size() != 1 || who.users.size() != 1) return std::nullopt;
  const auto* account = accounts_.account_of(who.users[0]);
  return account == nullptr ? std::nullopt : full_->refusal(who.users[0], *account, size, now());
}

std::optional<smtp::Reply> ReceptionPolicy::over_rate(smtp::Subject subject) const {
  if (rates_ == nullptr) return std::nullopt;
  using What = net::Rates::What;
  if (subject == smtp::Subject::sender &&
      !rates_->count(What::messages, client_.address, limits_.messages, now_seconds()))
    return smtp::Reply{450, "4.7.0", {"too many messages from you in this minute"}};
  if (subject == smtp::Subject::recipient &&
      !rates_->count(What::recipients, client_.address, limits_.recipients, now_seconds()))
    return smtp::Reply{452, "4.7.0", {"too many recipients from you in this minute"}};
  return std::nullopt;
}

/// What a rule has allowed: a name needs not be in the DNS then, and mail for a recipient comes from
/// everybody. A sender is whoever the client says, so nothing follows from one.
std::optional<smtp::Reply> ReceptionPolicy::screened(smtp::Subject subject, std::string_view text,
                                                     const smtp::Standing& standing, bool allowed) const {
  if (!standing.user.empty()) return std::nullopt;
  auto* const dns = screens_.dns;
  if (dns != nullptr && subject == smtp::Subject::client) dns->connected();
  if (dns != nullptr && subject == smtp::Subject::helo) dns->greeted(allowed ? "" : text);
  if (dns != nullptr && subject == smtp::Subject::sender) dns->begun();
  if (subject != smtp::Subject::recipient || allowed) return std::nullopt;
  // RFC 5321 section 4.5.1: whoever is refused must be able to ask why.
  if (base::iequals(text.substr(0, text.rfind('@')), "postmaster")) return std::nullopt;
  if (dns != nullptr) {
    if (auto reply = dns->refusal()) return reply;
    if (dns->is_praised()) return std::nullopt;
  }
  return too_early(text, standing.sender);
}

std::optional<smtp::Reply> ReceptionPolicy::too_early(std::string_view recipient,
                                                      std::string_view sender) const {
  if (screens_.greylist == nullptr) return std::nullopt;
  const auto left = screens_.greylist->judge(client_.address, sender, recipient, now_seconds());
  if (!left) {
    // What this host cannot remember is no fault of the client's.
    proc::log("-", "greylist-trouble", {{"reason", left.error().what}});
    return std::nullopt;
  }
  if (*left == 0) return std::nullopt;
  return smtp::Reply{450, "4.7.1", {"you are new here: try again in " + std::to_string(*left) + " seconds"}};
}

std::uint64_t ReceptionPolicy::now() const {
  return now_seconds();
}

bool ReceptionPolicy::is_local_domain(std::string_view domain) const {
  return accounts_.is_local_domain(domain);
}

bool ReceptionPolicy::has_user(std::string_view local) const {
  return accounts_.has_user(local);
}

std::optional<std::string> ReceptionPolicy::mailbox_of(std::string_view local,
                                                       std::string_view domain) const {
  return accounts_.mailbox_of(local, domain);
}

std::optional<std::vector<std::string>> ReceptionPolicy::members_of(std::string_view local,
                                                                    std::string_view domain) const {
  return accounts_.members_of(local, domain);
}

/// Whoever the client is: nobody is there any more.
std::optional<std::string> ReceptionPolicy::moved_to(const smtp::Path& recipient) const {
  const auto address = smtp::to_string(recipient);
  const auto ruling =
      access_.judge(smtp::Subject::recipient, address, {accounts_.without_extension(address)});
  const bool moved = ruling && ruling->verdict == Ruling::Verdict::moved;
  return moved ? std::optional(ruling->text) : std::nullopt;
}

bool ReceptionPolicy::takes_no_mail(std::string_view domain) const {
  return accounts_.takes_no_mail(domain);
}

bool ReceptionPolicy::has_room(std::uint64_t octets) const {
  const auto disk = disk_of(spool_);
  return !disk || octets / disk->f_frsize < disk->f_bavail;
}

bool ReceptionPolicy::has_room_to_hold() const {
  const auto disk = disk_of(spool_);
  return !disk || disk->f_bavail > disk->f_blocks / 10;
}

bool ReceptionPolicy::has_route(std::string_view domain) const {
  return accounts_.has_route(domain);
}

bool ReceptionPolicy::may_send_as(std::string_view user, const smtp::Path& sender) const {
  return accounts_.may_send_as(user, sender);
}

}  // namespace serve
