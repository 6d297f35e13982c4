#include "net/lookup.hpp"

#include <unbound.h>

#include <algorithm>
#include <map>
#include <utility>

namespace net {

namespace {

constexpr int internet = 1;  // class IN
constexpr int nxdomain_code = 3;

struct Context {
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};
using ContextPointer = std::unique_ptr<ub_ctx, Context>;

base::Result<void> set(ub_ctx* context, const char* option, const char* value) {
  if (const int error = ub_ctx_set_option(context, option, value); error != 0)
    return base::fail(base::Exit::software, std::string("libunbound: ") + option + " " + ub_strerror(error));
  return {};
}

/// Zones that libunbound answers itself, and that a site's own resolver may know better.
constexpr const char* zones_of_others[] = {"test.", "invalid.", "127.in-addr.arpa.", "home.arpa."};

base::Result<void> use_servers(ub_ctx* context, const std::vector<std::string>& servers) {
  if (servers.empty()) {
    if (const int error = ub_ctx_resolvconf(context, nullptr); error != 0)
      return base::fail(base::Exit::configuration, std::string("/etc/resolv.conf: ") + ub_strerror(error));
  }
  for (const auto& server : servers) {
    if (const int error = ub_ctx_set_fwd(context, server.c_str()); error != 0)
      return base::fail(base::Exit::configuration, "resolver: '" + server + "': " + ub_strerror(error));
  }
  return {};
}

/// The library's own numbers (16 datagrams and 2 streams) let a few questions that nobody answers hold up all
/// others; and a stream that a server ends for one question would end the others that were asked on it.
base::Result<void> allow_questions(ub_ctx* context, std::size_t questions) {
  const auto number = std::to_string(questions);
  TRY(set(context, "outgoing-range:", number.c_str()));
  TRY(set(context, "outgoing-num-tcp:", number.c_str()));
  return set(context, "max-reuse-tcp-queries:", "1");
}

/// After some seconds without an answer the library takes a server for dead, and fails all that it would be
/// asked, for as long again and more; but whoever has names that nobody answers could bring that about.
base::Result<void> forget_silence(ub_ctx* context) {
  return set(context, "infra-host-ttl:", "0");
}

Answer answer_of(const Question& question, const ub_result& result) {
  using Outcome = Answer::Outcome;
  Answer out;
  out.ttl = static_cast<std::uint32_t>(std::max(result.ttl, 0));
  if (result.bogus != 0) {
    out.outcome = Outcome::bogus;
    out.values.emplace_back(result.why_bogus != nullptr ? result.why_bogus : "DNSSEC validation failed");
    return out;
  }
  out.secure = result.secure != 0;
  if (result.nxdomain != 0 || result.rcode == nxdomain_code) {
    out.outcome = Outcome::nxdomain;
    return out;
  }
  if (result.rcode != 0) return no_answer("the server says error " + std::to_string(result.rcode));
  out.outcome = Outcome::empty;
  for (int i = 0; result.havedata != 0 && result.data[i] != nullptr; ++i) {
    auto text = rdata_text(question.type, {result.data[i], static_cast<std::size_t>(result.len[i])});
    if (!text) return no_answer("a record is malformed");
    out.values.push_back(std::move(*text));
  }
  if (out.values.empty()) return out;
  out.outcome = Outcome::found;
  out.canonical = result.canonname != nullptr ? result.canonname : result.qname;
  if (out.canonical.size() > 1 && out.canonical.ends_with('.')) out.canonical.pop_back();
  // The order is the server's, and nobody may build on it.
  std::sort(out.values.begin(), out.values.end());
  return out;
}

}  // namespace

struct Lookup::State {
  struct Waiting {
    State* state = nullptr;
    Question question;
    Done done;
    int number = 0;
  };

  static void arrived(void* data, int error, ub_result* result) {
    auto& waiting = *static_cast<Waiting*>(data);
    auto node = waiting.state->waiting.extract(waiting.number);
    auto answer = error != 0 || result == nullptr ? no_answer(ub_strerror(error))
                                                  : answer_of(waiting.question, *result);
    ub_resolve_free(result);
    if (!node.empty()) node.mapped()->done(std::move(answer));
  }

  ContextPointer context;
  std::map<int, std::unique_ptr<Waiting>> waiting;
};

Lookup::Lookup(std::unique_ptr<State> state) : state_(std::move(state)) {}
Lookup::Lookup(Lookup&&) noexcept = default;
Lookup& Lookup::operator=(Lookup&&) noexcept = default;
Lookup::~Lookup() = default;

base::Result<Lookup> Lookup::create(const LookupTerms& terms) {
  auto state = std::make_unique<State>();
  state->context.reset(ub_ctx_create());
  auto* const context = state->context.get();
  if (context == nullptr) return base::fail(base::Exit::temporary, "libunbound: no memory");
  // Threads: a second process would outlive a kill of the first.
  ub_ctx_async(context, 1);
  // Its own words to standard error have another form than the log.
  ub_ctx_debugout(context, nullptr);
  TRY(set(context, "do-not-query-localhost:", "no"));
  TRY(set(context, "unblock-lan-zones:", "yes"));
  TRY(set(context, "msg-cache-size:", "4m"));
  TRY(set(context, "rrset-cache-size:", "8m"));
  TRY(allow_questions(context, terms.questions));
  TRY(forget_silence(context));
  TRY(set(context, "cache-max-ttl:", "86400"));
  TRY(set(context, "cache-max-negative-ttl:", "900"));
  TRY(use_servers(context, terms.servers));
  for (const auto& anchor : terms.anchors) {
    if (const int error = ub_ctx_add_ta(context, anchor.c_str()); error != 0)
      return base::fail(base::Exit::configuration, "trust-anchor: " + std::string(ub_strerror(error)));
  }
  // The first of these also reads all that has been set.
  for (const char* zone : zones_of_others) {
    if (ub_ctx_zone_remove(context, zone) == 0) continue;
    const auto* const reason =
        terms.anchors.empty() ? "libunbound cannot be set up" : "trust-anchor: not DS or DNSKEY records";
    return base::fail(base::Exit::configuration, reason);
  }
  return Lookup(std::move(state));
}

int Lookup::descriptor() const {
  return ub_fd(state_->context.get());
}

int Lookup::start(const Question& question, Done done) {
  auto waiting = std::make_unique<State::Waiting>();
  waiting->state = state_.get();
  waiting->question = question;
  waiting->done = std::move(done);
  auto* const entry = waiting.get();
  const auto name =
      question.type == RecordType::ptr ? reverse_name(question.name).value_or("") : question.name;
  const int error = ub_resolve_async(state_->context.get(), name.c_str(), static_cast<int>(question.type),
                                     internet, entry, State::arrived, &entry->number);
  if (error != 0) {
    waiting->done(no_answer(ub_strerror(error)));
    return 0;
  }
  const int number = entry->number;
  state_->waiting[number] = std::move(waiting);
  return number;
}

void Lookup::cancel(int number) {
  ub_cancel(state_->context.get(), number);
  state_->waiting.erase(number);
}

void Lookup::process() {
  ub_process(state_->context.get());
}

}  // namespace net
