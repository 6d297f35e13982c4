#include "serve/mx_search.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <sys/random.h>

#include <array>

#include "proc/log.hpp"
#include "serve/clock.hpp"

namespace serve {

namespace {

constexpr auto remembered = std::chrono::seconds(30);
constexpr std::size_t remembered_limit = 1000;  // domains

/// Each process has numbers of its own.
std::size_t random_below(std::size_t n) {
  std::uint32_t number = 0;
  if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) return 0;
  return number % n;
}

}  // namespace

std::vector<std::string> own_addresses() {
  std::vector<std::string> out;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return out;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    std::array<char, INET6_ADDRSTRLEN> text = {};
    const void* bits = nullptr;
    if (one->ifa_addr->sa_family == AF_INET)
      bits = &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr;
    if (one->ifa_addr->sa_family == AF_INET6)
      bits = &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr;
    if (bits != nullptr && inet_ntop(one->ifa_addr->sa_family, bits, text.data(), text.size()) != nullptr)
      out.emplace_back(text.data());
  }
  freeifaddrs(all);
  return out;
}

base::Result<std::unique_ptr<MxSearch>> MxSearch::load(const proc::Options& given,
                                                       const std::optional<proc::Identity>& user) {
  TRY_ASSIGN(const bool wanted, given.yes("relay-by-mx"));
  TRY(name_servers(given));
  if (!wanted) return std::unique_ptr<MxSearch>();
  TRY_ASSIGN(auto command, ResolverCommand::load(given, user));
  if (given.has("check")) TRY(command.check());
  std::unique_ptr<MxSearch> out(new MxSearch(std::move(command)));
  TRY_ASSIGN(out->policies_, StsClient::load(given, user));
  MxTerms terms;
  terms.authorities = given.get("authorities");
  if (!terms.authorities.empty()) out->files_.push_back(terms.authorities);
  terms.hostname = given.get("hostname");
  terms.addresses = own_addresses();
  TRY_ASSIGN(terms.loopback, given.yes("mx-loopback"));
  terms.below = random_below;
  out->results_directory_ = given.get("tls-results-dir");
  out->open_results();
  if (out->results_)
    terms.note = [search = out.get()](const net::TlsResult& result) {
      // One write, which others that write there do not tear apart.
      (void)fs::write_all(search->results_.get(), net::to_line(result));
    };
  const auto open = [search = out.get()]() -> base::Result<std::unique_ptr<net::Resolver>> {
    TRY_ASSIGN(auto session, ResolverSession::open(search->resolver_));
    return std::unique_ptr<net::Resolver>(std::make_unique<ResolverSession>(std::move(session)));
  };
  out->exchangers_.emplace(std::move(terms), open, out->policies_.get());
  return out;
}

/// Where there is no directory nobody wants to know.
void MxSearch::open_results() {
  const auto day = now_seconds() / 86'400;
  if (results_directory_.empty() || (results_ && day == results_day_)) return;
  const auto path = results_directory_ + "/" + net::utc_text(day * 86'400).substr(0, 10);
  auto file = fs::open(path, O_WRONLY | O_APPEND | O_CREAT, 0640);
  if (file) results_ = std::move(*file);
  results_day_ = day;
}

base::Result<std::vector<NextHop>> MxSearch::find_whatever_policy(const std::string& destination) {
  return exchangers_->find_whatever_policy(destination);
}

base::Result<void> MxSearch::add_tlsa(NextHop& hop) {
  return exchangers_->add_tlsa(hop);
}

void MxSearch::told(const NextHop& hop, const TlsOutcome& outcome) {
  exchangers_->told(hop, outcome);
}

void MxSearch::prepare() {
  if (results_) open_results();
  if (const auto started = resolver_.start(); !started)
    proc::log("-", "resolver-trouble", {{"reason", started.error().what}});
  if (policies_) policies_->prepare();
}

std::vector<int> MxSearch::descriptors() const {
  std::vector<int> out = {resolver_.control()};
  if (policies_) out.push_back(policies_->control());
  if (results_) out.push_back(results_.get());
  return out;
}

base::Result<std::vector<NextHop>> MxSearch::find(const std::string& destination) {
  const auto now = Clock::now();
  if (const auto known = known_.find(destination); known != known_.end() && known->second.until > now)
    return known->second.hops;
  auto hops = exchangers_->find(destination);
  if (known_.size() >= remembered_limit) known_.clear();
  known_.insert_or_assign(destination, Known{now + remembered, hops});
  return hops;
}

}  // namespace serve
