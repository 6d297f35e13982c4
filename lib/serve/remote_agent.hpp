// The search for other hosts and the conversation with them in a process of its own: what foreign hosts say
// is read by a user who can open no mailbox, no spool and no password file. It gets each message as an open
// file, and says what came of it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "proc/become.hpp"
#include "serve/remote_delivery.hpp"

namespace serve {

class RemoteAgent : public Remote {
 public:
  /// With nobody to become, the work is done in this process. Parameters as those of RemoteHosts; `domains`
  /// is asked in the process that does the work, and must be of use there: after a fork, as another user.
  RemoteAgent(std::string hostname, Patience timeout, std::optional<proc::Identity> identity,
              Exchangers* domains = nullptr);

  /// Ends the process, which says QUIT on what is open. One that does not answer within a hundred times the
  /// patience with a host is ended as well, whoever has become its master.
  ~RemoteAgent() override;

  base::Result<std::vector<Attempt>> deliver(const Destination& destination, const spool::Message& message,
                                             const std::vector<spool::Recipient>& recipients) override;

 private:
  base::Result<void> start();
  base::Result<std::vector<Attempt>> ask(const Destination& destination, const spool::Message& message,
                                         const std::vector<spool::Recipient>& recipients);

  std::chrono::milliseconds time_for(const spool::Message& message) const;

  std::string hostname_;
  Patience timeout_;
  std::optional<proc::Identity> identity_;
  Exchangers* domains_;
  std::unique_ptr<RemoteHosts> here_;
  fs::Fd socket_;
  fs::Fd end_;  // can be read when this process is to end
  pid_t pid_ = 0;
};

}  // namespace serve
