// The command line that every Unix program uses to send mail, `sendmail -oi -fa@b -t`, as options in this
// system's own form. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace proc {

/// `-t --recipients-in-header`, `-i -oi --dot-is-text`, `-f -r --sender=`, `-F --full-name=`, `-bs -bp -bm
/// --mode=`. Options that mean nothing here (-B -N -R -V -X -o... -v -n -m -em -q...) are read past; others
/// stay as they are, for the error that they are.
std::vector<std::string> translate_sendmail(std::span<const std::string> arguments);

}  // namespace proc
