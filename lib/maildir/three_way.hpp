// Whose change of flags counts: the index's own, whose file name follows later, or that of a program which
// gave the file another name meanwhile.
#pragma once

#include "maildir/rows.hpp"

namespace maildir {

/// `known`: the flags of the index and the name that it knows. `seen` has the name that the file has now.
/// Every flag that another program has changed is as that one wants it, every other as the index has it.
unsigned three_way(const Record& known, const Record& seen);

}  // namespace maildir
