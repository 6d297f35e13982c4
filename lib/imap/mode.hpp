// What a client has asked for in one session (RFC 5161), and what the server lets it have.
#pragma once

#include <cstddef>
#include <cstdint>

namespace imap {

/// Once on, each stays on until the session ends.
struct Mode {
  bool condstore = false;  // RFC 7162: flags are told with their mod-sequence
  bool qresync = false;    // RFC 7162: VANISHED in the place of EXPUNGE; implies condstore
  bool utf8 = false;       // RFC 6855, and rev2: names as they are, no UTF-7
  bool accept = false;     // RFC 6855: UTF8=ACCEPT itself, with which SEARCH has no CHARSET
  bool rev2 = false;       // RFC 9051: no RECENT, ESEARCH in the place of SEARCH
  bool uid_only = false;   // RFC 9586: no message numbers in either direction
};

struct Bounds {
  std::uint64_t message_size = 52'428'800;  // octets of what one APPEND brings (RFC 7889)
  std::uint32_t messages = 1'000'000;       // that one command works on (RFC 9738)
};

}  // namespace imap
