// Questions to the DNS itself, many at once, validated by DNSSEC: libunbound, with its cache.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/dns_line.hpp"

namespace net {

struct LookupTerms {
  std::vector<std::string> servers;  // resolvers, ADDRESS or ADDRESS@PORT; none: those of /etc/resolv.conf
  std::vector<std::string> anchors;  // trust anchors, DS or DNSKEY records as in zone files; none: no DNSSEC
  std::size_t questions = 512;       // at a time that wait for no other; four descriptors each, at most
};

class Lookup {
 public:
  using Done = std::function<void(Answer)>;

  /// Reads what it needs from files: afterwards it needs the network alone. Exit::configuration: a server or
  /// an anchor is wrong.
  static base::Result<Lookup> create(const LookupTerms& terms);
  Lookup(Lookup&&) noexcept;
  Lookup& operator=(Lookup&&) noexcept;
  ~Lookup();

  /// Becomes readable when process() has something to do. Starts a thread at the first question.
  int descriptor() const;

  /// `done` is called at most once, by process() or, where it cannot be asked, at once. The result names the
  /// question to cancel(); 0: it is over already.
  int start(const Question& question, Done done);
  /// `done` will not be called.
  void cancel(int number);

  void process();

 private:
  struct State;
  explicit Lookup(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace net
