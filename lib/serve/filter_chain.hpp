// The content filters of a site: programs that get a message on standard input and give it back on standard
// output, one behind the other. Both are files, so nobody waits for anybody who reads or writes. The process
// that talks to the network may start nothing (proc::confine), so a helper runs them. It is forked from the
// talker before that one confines itself, after it has given up root: it has the talker's user and no more,
// holds no descriptor of the client's, and takes from the talker what the talker may say about any message
// anyway, a message and its envelope. The two share two files without names, the message as it came and as it
// is after the last filter; filters get others, so that one that lives on behind its time can write into no
// later message.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "proc/options.hpp"
#include "serve/filter_request.hpp"

namespace serve {

struct FilterRules {
  std::vector<std::vector<std::string>> commands;  // in their order; the first word is a whole path
  unsigned seconds = 0;                            // for each of them
  std::uint64_t most = 0;                          // octets that one may write

  /// Words of `filter` are parted by blanks and mean themselves. Exit::usage: a program is no whole
  /// path or nothing that this user may start.
  static base::Result<FilterRules> load(const proc::Options& given);
};

struct FilterVerdict {
  enum class Kind { pass, reject, defer } kind = Kind::defer;
  std::string text;  // with reject: the program's first line on standard error
};

class FilterChain {
 public:
  /// Forks the helper. It ends when this object does.
  static base::Result<FilterChain> start(const FilterRules& rules);

  /// A new message; what there was of another is gone.
  base::Result<void> begin();
  base::Result<void> write(std::string_view text);

  /// Has the message filtered; one without a line end at its end gets it. Exit::data: an envelope that no
  /// filter can be told of, today or tomorrow; any other error is about this host: the message may come
  /// again.
  base::Result<FilterVerdict> run(const FilterEnvelope& envelope);

  /// What came out, with LF line ends and one at the end. Exit::data: there is a NUL in it, or a bare CR,
  /// which other systems may take for a line end (RFC 5321 section 2.3.8), or a line of more than `longest`
  /// octets.
  base::Result<void> each_chunk(std::size_t longest,
                                const std::function<base::Result<void>(std::string_view)>& sink) const;

 private:
  fs::Fd helper_;
  fs::Fd before_;
  fs::Fd after_;
  bool line_open_ = false;
};

}  // namespace serve
