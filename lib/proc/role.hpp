// What kinds of work there are for a process that reads bytes from strangers. Each has its list of system
// calls (make_filters.cpp) and its rights in the directories it is given (confine.cpp).
#pragma once

namespace proc {

enum class Role {
  /// Descriptors that are open already: reading, writing, waiting; its children's end. No name is looked up.
  talker,
  /// And opens files to read them, directories too, and tables and code of the C library.
  reader,
  /// A talker that makes files, writes, syncs and removes them, but cannot list a directory.
  receiver,
  /// A reader that makes, renames, links and removes files and directories: a mailbox of one's own.
  keeper,
  /// A reader that calls other hosts.
  caller,
};

constexpr Role roles[] = {Role::talker, Role::reader, Role::receiver, Role::keeper, Role::caller};

}  // namespace proc
