// What a site says of its mailing lists beside the aliases that they are: `NAME SETTING VALUE`, one a line, #
// starts a comment line.
//   team  post         members            who may post: anyone (the default), members, owner
//   team  poster       carol@far.test     one more who may
//   team  description  The rowing team    stands in the List-Id
//   team  archive      https://example.test/team/    likewise: help, subscribe, unsubscribe
// Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "smtp/path.hpp"

namespace smtp {

struct ListSettings {
  enum class Post { anyone, members, owner };
  Post post = Post::anyone;
  std::vector<Path> posters;                          // one without a domain is a local name
  std::string description;                            // UTF-8, no control characters
  std::string help, subscribe, unsubscribe, archive;  // URLs, ASCII; empty: not said
};

class Lists {
 public:
  /// Exit::configuration names `file` and the line: a setting that is not known or said twice, a value that
  /// is none, no name.
  static base::Result<Lists> parse(std::string_view text, const std::string& file);

  /// `key` as of the alias, in lower case; the defaults for one that the file does not name.
  const ListSettings& find(std::string_view key) const;

 private:
  std::map<std::string, ListSettings, std::less<>> lists_;
};

}  // namespace smtp
