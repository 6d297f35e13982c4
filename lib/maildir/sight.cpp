#include "maildir/sight.hpp"

namespace maildir {

bool still_holds(const Moment& then, const Moment& now, bool steady, bool moved) {
  return then.index == now.index && then.stamp == now.stamp && (steady || !moved);
}

}  // namespace maildir
