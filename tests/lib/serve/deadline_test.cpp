#include "serve/deadline.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Deadline, CountsFromWhenItCameOrWasToBeSent) {
  spool::Envelope envelope;
  envelope.received = 1000;
  const struct {
    const char* parameters;
    std::optional<std::uint64_t> wanted;
  } rows[] = {{"", std::nullopt}, {"BODY=8BITMIME", std::nullopt},
              {"BY=60;R", 1060},  {"RET=HDRS BY=60;N", 1060},
              {"BY=-5;N", 1001},  {"BY=x", std::nullopt}};
  for (const auto& row : rows) {
    envelope.parameters = row.parameters;
    EXPECT_EQ(serve::deadline_of(envelope), row.wanted) << row.parameters;
  }
}

}  // namespace
