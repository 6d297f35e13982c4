// One round of a message: every recipient that is still to do is tried once, those at one host together, and
// what came of it is written down.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "mime/report.hpp"
#include "serve/account_policy.hpp"
#include "serve/delivery.hpp"
#include "serve/delivery_copies.hpp"
#include "serve/delivery_lane.hpp"
#include "serve/delivery_times.hpp"
#include "serve/notice.hpp"
#include "spool/queue.hpp"

namespace serve {

class Round {
 public:
  /// All of it outlives this. `expired`: it is the last one.
  Round(const DeliveryConfig& config, const AccountPolicy& policy, spool::Message& message,
        const Deadlines& deadlines, bool expired);

  /// True when no recipient is left to do: then the file is to be removed, which is the last mark.
  base::Result<bool> run(const Hands& hands);

  const Lanes& left() const { return left_; }
  /// Somebody had no turn.
  bool has_skipped() const { return skipped_; }
  /// Whoever had none goes on in a message of his own.
  bool has_set_apart() const { return set_apart_; }

  /// The error of a mark that could not be written: who has the message would get it again.
  const base::Result<void>& unmarked() const { return unmarked_; }

  /// For a file that could not be removed.
  base::Result<void> mark_all();

 private:
  void take_up_owed();
  bool is_finished() const { return deferred_ == 0 && !skipped_; }
  bool is_here(std::size_t recipient) const;
  bool has_turn(std::size_t recipient, const Hands& hands) const;
  bool goes_elsewhere(const std::string& destination, const Hands& hands);
  bool is_left(std::size_t recipient, const Hands& hands);
  base::Result<void> locally(std::size_t recipient, LocalDelivery& mailboxes, bool at_once);
  base::Result<void> slowly(const Hands& hands);
  WhenSlow set_others_apart(std::size_t busy);
  void set_apart(const std::vector<std::size_t>& others);
  base::Result<void> at_place(std::size_t recipient, const smtp::Target& place);
  base::Result<void> forward();
  base::Result<void> remotely(const Destination& host, const std::vector<std::size_t>& places,
                              Remote& remote);
  void record(std::size_t recipient, const Attempt& attempt, mime::Action success = mime::Action::delivered);
  void record_one(std::size_t recipient, Attempt attempt, mime::Action success);
  void warn(std::size_t recipient, const Attempt& attempt);
  void mark_delivered();
  base::Result<void> report();

  const DeliveryConfig& config_;
  const AccountPolicy& policy_;
  spool::Message& message_;
  std::uint64_t warns_;
  bool expired_;
  bool returned_late_;
  Notice notice_;
  Copies copies_;
  std::size_t open_ = 0;
  std::set<std::size_t> tried_;
  std::size_t deferred_ = 0;
  std::vector<std::size_t> done_now_;  // delivered, not marked yet
  std::vector<std::size_t> owed_now_;  // the same, and their sender is to be told
  std::vector<std::size_t> owed_;
  std::vector<std::size_t> failed_;
  std::vector<std::size_t> late_;
  std::vector<std::pair<std::size_t, Expansion>> aliases_;  // recipients, and whom they stand for
  std::vector<std::size_t> slow_;                           // whoever may take long
  Lanes left_;
  std::string outside_;  // the line of the first host that is not this one
  std::size_t left_size_ = 0;
  bool skipped_ = false;
  bool set_apart_ = false;
  base::Result<void> unmarked_;
};

}  // namespace serve
