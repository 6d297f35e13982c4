#include "maildir/three_way.hpp"

namespace maildir {

unsigned three_way(const Record& known, const Record& seen) {
  // Only in cur/ does a name say anything.
  if (seen.in_new) return known.flags.system;
  const unsigned there = from_letters(letters_of(seen.suffix));
  const unsigned before = known.in_new ? 0 : from_letters(letters_of(known.suffix));
  const unsigned changed = there ^ before;
  return (known.flags.system & ~changed) | (there & changed);
}

}  // namespace maildir
