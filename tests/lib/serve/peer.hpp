// A host that takes mail, in a thread, and a message that goes there.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "fs/fd.hpp"
#include "serve/attempt.hpp"
#include "serve/clock.hpp"
#include "serve/exchangers.hpp"
#include "smtp/routes.hpp"
#include "spool/queue.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

/// Of this process: the one that was started last.
pid_t newest_child();

/// Takes connections one after the other; answers `word`, or that line, with `reply`, every other command
/// with 250.
class Peer {
 public:
  explicit Peer(const std::string& word = {}, const std::string& reply = {});
  ~Peer();
  const smtp::Host& host() const { return host_; }
  serve::Destination destination() const;
  /// Where the last connection came from.
  std::uint16_t last_port() const { return last_port_; }
  /// All that was heard; only after the connections have ended.
  const std::string& heard() const { return heard_; }

 private:
  void serve();
  void talk(int connection);

  std::map<std::string, std::string> replies_;
  std::atomic<std::uint16_t> last_port_ = 0;
  fs::Fd listening_;
  smtp::Host host_;
  std::string heard_;
  std::thread thread_;
};

struct Queued {
  Queued();
  Directory directory;
  spool::Message message;
};

std::string outcomes(const std::vector<serve::Attempt>& attempts);
