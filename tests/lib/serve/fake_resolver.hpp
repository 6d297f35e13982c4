// The DNS as a table; what is not in it nobody knows. Counts what is asked.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "net/resolver.hpp"

class FakeResolver : public net::Resolver {
 public:
  using Key = std::pair<net::RecordType, std::string>;
  using Table = std::map<Key, net::Answer>;

  explicit FakeResolver(const Table& table, std::vector<std::string>* log = nullptr)
      : table_(table), log_(log) {}

  Ticket ask(net::RecordType type, const std::string& name) override {
    asked_.emplace_back(type, name);
    if (log_ != nullptr) log_->push_back("ask " + std::string(net::name_of(type)) + " " + name);
    return asked_.size();
  }

  net::Answer wait(Ticket ticket) override {
    const auto& key = asked_.at(ticket - 1);
    if (log_ != nullptr) log_->push_back("wait " + std::string(net::name_of(key.first)) + " " + key.second);
    const auto found = table_.find(key);
    return found == table_.end() ? net::no_answer("nobody knows") : found->second;
  }

  static net::Answer found(std::vector<std::string> values) {
    return {net::Answer::Outcome::found, false, 60, "", std::move(values)};
  }
  static net::Answer nxdomain() { return {net::Answer::Outcome::nxdomain, false, 60, "", {}}; }

 private:
  const Table& table_;
  std::vector<std::string>* log_;
  std::vector<Key> asked_;
};
