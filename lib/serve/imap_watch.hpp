// Waits for news of a folder and for the client at the same time: what IDLE needs.
#pragma once

#include <chrono>
#include <string>

#include "fs/fd.hpp"

namespace serve {

class FolderWatch {
 public:
  /// `folder`: of a Maildir; empty: there are no news. Where the kernel tells nothing, as on some mounts,
  /// news are looked for now and then.
  explicit FolderWatch(const std::string& folder);

  enum class Wake { input, news, end };
  /// `client`: its descriptor. News may turn out to be none; where a file has left its directory, there are
  /// news a second time when nothing more has happened for a moment.
  Wake wait(int client, std::chrono::steady_clock::time_point end);

 private:
  /// Whether a file has left its directory.
  bool drain() const;

  fs::Fd inotify_;
  bool has_folder_;
  bool unsure_ = false;  // a look while directories change shows nobody what is gone
};

}  // namespace serve
