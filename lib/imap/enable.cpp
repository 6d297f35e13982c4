// ENABLE (RFC 5161).
#include "imap/session.hpp"

namespace imap {

/// What is not known, and what is no thing to be enabled, is passed over.
Session::Outcome Session::handle(const Enable& command) {
  std::string enabled;
  for (const auto& name : command.names) {
    if (name == "CONDSTORE") {
      use_condstore();
    } else if (name == "QRESYNC") {
      use_condstore();
      mode_.qresync = true;
    } else if (name == "IMAP4REV2") {
      mode_.rev2 = mode_.utf8 = true;
    } else if (name == "UTF8=ACCEPT") {
      mode_.accept = mode_.utf8 = true;
    } else if (name == "UIDONLY") {
      mode_.uid_only = true;
    } else {
      continue;
    }
    enabled += " " + (name == "IMAP4REV2" ? std::string("IMAP4rev2") : name);
  }
  out_.write("* ENABLED" + enabled + "\r\n");
  return Answer{"OK", "ENABLE done"};
}

}  // namespace imap
