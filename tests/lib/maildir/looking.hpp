// What the tests of a folder share.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "maildir/folder.hpp"

using Uids = std::vector<std::uint32_t>;

inline maildir::NewValidity validity(std::uint32_t number) {
  return [number]() -> base::Result<std::uint32_t> { return number; };
}

inline Uids look(maildir::Folder& folder, bool claim = true) {
  Uids claimed;
  const auto done = folder.refresh(claim, true, claimed);
  EXPECT_TRUE(done) << done.error().what;
  return claimed;
}

/// As it is after the first look.
inline maildir::Folder looked_at(const std::string& box) {
  auto out = maildir::Folder::open(box, validity(9)).value();
  look(out);
  return out;
}

/// Looks until the folder is at rest: a change in the same clock tick as a look is not believed.
template <class Condition>
void look_until(maildir::Folder& folder, Condition condition) {
  for (int i = 0; i < 1000 && !condition(); ++i) {
    usleep(5000);
    look(folder);
  }
  EXPECT_TRUE(condition());
}

inline Uids uids(const maildir::Folder& folder) {
  Uids out;
  for (const auto& record : folder.state().records) out.push_back(record.uid);
  return out;
}
