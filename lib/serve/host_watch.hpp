// Whether the host of a batch answers: looks at what comes of each message on its way through.
#pragma once

#include "serve/lines.hpp"
#include "serve/remote_delivery.hpp"

namespace serve {

class HostWatch : public Remote {
 public:
  /// `line` is that of the batch: other hosts that a message goes to as well do not count.
  HostWatch(Remote& remote, std::string line) : remote_(remote), line_(std::move(line)) {}

  base::Result<std::vector<Attempt>> deliver(const Destination& destination, const spool::Message& message,
                                             const std::vector<spool::Recipient>& recipients) override;

  /// Of the last message: trouble where the host gave no answer or takes nothing from anybody now, else good.
  Fortune fortune() const { return fortune_; }

 private:
  Remote& remote_;
  std::string line_;
  Fortune fortune_ = Fortune::unknown;
};

}  // namespace serve
