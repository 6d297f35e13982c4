#include "serve/dns_checks.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "codec/idna.hpp"
#include "net/mx.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

using net::RecordType;
using smtp::Reply;

constexpr std::size_t lists_limit = 32;
constexpr std::size_t names_limit = 10;    // that an address may have
constexpr std::size_t reason_limit = 200;  // octets of a list's text
constexpr std::uint64_t weight_limit = 100'000;

/// Fit for a reply.
std::string plain(std::string_view text) {
  std::string out(text.substr(0, reason_limit));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return base::is_control(c) || base::is_8bit(c); }, '?');
  return out;
}

RecordType address_type(const std::string& address) {
  return net::reversed_address(address)->size() < 16 ? RecordType::a : RecordType::aaaa;
}

}  // namespace

base::Result<DnsRules> DnsRules::load(const proc::Options& given) {
  DnsRules out;
  const auto reverse = given.get("reverse-dns-check");
  const auto helo = given.get("helo-check");
  if (reverse != "no" && reverse != "warn" && reverse != "yes")
    return base::fail(base::Exit::usage, "reverse-dns-check: no, warn or yes expected");
  if (helo != "no" && helo != "yes" && helo != "resolve")
    return base::fail(base::Exit::usage, "helo-check: no, yes or resolve expected");
  out.reverse = reverse == "no" ? Demand::no : reverse == "yes" ? Demand::yes : Demand::warn;
  out.helo = helo == "resolve";
  const auto lines = given.all("dnsbl");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto list = net::DnsList::parse(lines[i]);
    if (!list) return given.wrong("dnsbl", list.error().what, base::Exit::usage, i);
    out.lists.push_back(std::move(*list));
  }
  if (out.lists.size() > lists_limit) return base::fail(base::Exit::usage, "dnsbl: more than 32 lists");
  TRY_ASSIGN(const auto threshold, given.number("dnsbl-threshold", 1, weight_limit));
  out.threshold = static_cast<std::int64_t>(threshold);
  return out;
}

DnsChecks::DnsChecks(const DnsRules& rules, std::unique_ptr<net::Resolver> resolver, std::string address)
    : rules_(rules), resolver_(std::move(resolver)), address_(std::move(address)) {}

void DnsChecks::connected() {
  if (!listings_.empty() || !net::reversed_address(address_)) return;
  for (const auto& list : rules_.lists)
    listings_.push_back(resolver_->ask(RecordType::a, list.name_for(address_)));
}

void DnsChecks::greeted(std::string_view name) {
  if (helo_ == name) return;
  helo_ = name;
  addresses_.clear();
  of_name_.reset();
}

void DnsChecks::begun() {
  if (rules_.reverse != DnsRules::Demand::no && !names_ && net::reversed_address(address_))
    names_ = resolver_->ask(RecordType::ptr, address_);
  if (!rules_.helo || !addresses_.empty() || of_name_ || helo_.starts_with('[')) return;
  const auto name = std::string_view(helo_).substr(0, helo_.size() - (helo_.ends_with('.') ? 1 : 0));
  // One in ASCII is looked up as it is: hosts do have an underscore in their names.
  const auto ascii =
      base::has_8bit(name) ? codec::idna_to_ascii(name) : base::Result<std::string>(base::lower(name));
  if (!ascii || !net::is_domain_name(*ascii)) return;
  // The domain that somebody sends for is as good a name as his host's.
  for (const auto type : {RecordType::a, RecordType::aaaa, RecordType::mx})
    addresses_.push_back(resolver_->ask(type, *ascii));
}

std::optional<Reply> DnsChecks::refusal() {
  if (!of_address_) {
    of_address_ = listed();
    if (!*of_address_ && !is_praised()) of_address_ = nameless();
  }
  if (*of_address_ || is_praised()) return *of_address_;
  if (!of_name_) of_name_ = misnamed();
  return *of_name_;
}

std::optional<Reply> DnsChecks::listed() {
  const net::DnsList* worst = nullptr;
  std::size_t silent = 0;
  for (std::size_t i = 0; i < listings_.size(); ++i) {
    const auto& list = rules_.lists[i];
    const auto answer = resolver_->wait(listings_[i]);
    silent += answer.unknown() || (answer.found() && list.refuses(answer.values)) ? 1 : 0;
    if (!answer.found() || !list.counts(answer.values)) continue;
    weight_ += list.weight;
    if (worst == nullptr || list.weight > worst->weight) worst = &list;
  }
  if (silent > 0) proc::log("-", "dnsbl-silent", {{"lists", std::to_string(silent)}, {"peer", address_}});
  if (worst == nullptr) return std::nullopt;
  proc::log("-", "dnsbl", {{"weight", std::to_string(weight_)}, {"list", worst->zone}, {"peer", address_}});
  if (weight_ < rules_.threshold) return std::nullopt;
  return Reply{550, "5.7.1", {address_ + " is listed at " + worst->zone + reason_of(*worst)}};
}

/// The list's own words (RFC 5782 section 2.1).
std::string DnsChecks::reason_of(const net::DnsList& list) {
  const auto answer = resolver_->look_up(RecordType::txt, list.name_for(address_));
  return answer.found() ? ": " + plain(answer.values[0]) : "";
}

/// Each of its names is asked for its addresses, all at once.
std::optional<Reply> DnsChecks::nameless() {
  if (!names_) return std::nullopt;
  const auto names = resolver_->wait(*names_);
  bool unknown = names.unknown();
  std::vector<std::pair<std::string, Ticket>> asked;
  for (std::size_t i = 0; names.found() && i < std::min(names.values.size(), names_limit); ++i)
    asked.emplace_back(names.values[i], resolver_->ask(address_type(address_), names.values[i]));
  for (const auto& [name, ticket] : asked) {
    const auto back = resolver_->wait(ticket);
    unknown = unknown || back.unknown();
    const bool same =
        back.found() && std::any_of(back.values.begin(), back.values.end(), [&](const auto& value) {
          return net::reversed_address(value) == net::reversed_address(address_);
        });
    if (same && host_.empty()) host_ = base::lower(name);
  }
  const auto* const result = !host_.empty() ? "pass" : unknown ? "unknown" : "fail";
  proc::log("-", "reverse-dns", {{"result", result}, {"host", host_}, {"peer", address_}});
  if (!host_.empty() || rules_.reverse != DnsRules::Demand::yes) return std::nullopt;
  if (unknown) return Reply{450, "4.7.25", {"the name of " + address_ + " cannot be looked up now"}};
  return Reply{550, "5.7.25", {address_ + " has no name that leads back to it"}};
}

std::optional<Reply> DnsChecks::misnamed() {
  if (!rules_.helo || helo_.empty() || helo_.starts_with('[')) return std::nullopt;
  bool unknown = false;
  bool found = false;
  for (const auto ticket : addresses_) {
    const auto answer = resolver_->wait(ticket);
    found = found || (answer.found() && !net::is_null_mx(answer.values));
    unknown = unknown || answer.unknown();
  }
  if (found) return std::nullopt;
  const auto name = plain(base::printable(helo_, reason_limit));
  if (unknown) return Reply{450, "4.7.1", {"your name " + name + " cannot be looked up now"}};
  return Reply{550, "5.7.1", {"your name " + name + " is not in the DNS"}};
}

}  // namespace serve
